from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_isolation")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="anonymous",
            field=models.BooleanField(default=False, db_default=False),
        ),
    ]
