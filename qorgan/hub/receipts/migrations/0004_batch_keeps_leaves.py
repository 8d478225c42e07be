"""A batch keeps the leaf hash of each of its records: one record is proven, or found changed, without the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("receipts", "0003_ledger_is_append_only")]

    operations = [
        migrations.AddField("batch", "leaves", models.BinaryField(default=b"")),
        # Hashes do not compress; PostgreSQL need not try.
        migrations.RunSQL("ALTER TABLE batch ALTER COLUMN leaves SET STORAGE EXTERNAL", migrations.RunSQL.noop),
    ]
