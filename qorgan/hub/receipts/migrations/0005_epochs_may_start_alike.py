"""A hub put back to before its first batch opens an epoch where the one before began and ended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("receipts", "0004_batch_keeps_leaves")]

    operations = [migrations.AlterField("ledgerepoch", "start", models.BigIntegerField())]
