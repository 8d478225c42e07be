"""Who is connected later gets what is in force: the centre brings it. Comments of acts that speak for themselves."""

from importlib import import_module

from django.db import migrations, models

isolation = import_module("qorgan.hub.casework.migrations.0002_isolation")


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_askers_act_on_answers")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="code",
            field=models.CharField(db_default="", default="", max_length=32),
        ),
        migrations.RunSQL(
            "CREATE POLICY document_reception_bring ON document_reception FOR INSERT TO qorgan_web"
            f" WITH CHECK ({isolation.CENTRE} AND open_to_centre)",
            "DROP POLICY document_reception_bring ON document_reception",
        ),
    ]
