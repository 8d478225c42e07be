"""What the ledger and its receipts said once, PostgreSQL does not let anybody unsay (R48I.3)."""

from django.db import migrations

TABLES = ("batch", "ledger_checkpoint", "ledger_entry", "ledger_epoch", "ledger_hash")


class Migration(migrations.Migration):
    dependencies = [("receipts", "0002_isolation"), ("members", "0003_journal_is_append_only")]

    operations = [
        migrations.RunSQL(
            "\n".join(
                f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION qorgan_refuse_change();"
                for table in TABLES
            ),
            migrations.RunSQL.noop,
        )
    ]
