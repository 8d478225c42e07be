"""What the ledger and its receipts said once, PostgreSQL does not let anybody unsay (R48I.3)."""

from django.db import migrations

from qorgan.kit.append_only import refuse_change

TABLES = ("batch", "ledger_checkpoint", "ledger_entry", "ledger_epoch", "ledger_hash")


class Migration(migrations.Migration):
    dependencies = [("receipts", "0002_isolation"), ("members", "0003_journal_is_append_only")]

    operations = [
        migrations.RunSQL(
            "\n".join(refuse_change(table) for table in TABLES),
            migrations.RunSQL.noop,
        )
    ]
