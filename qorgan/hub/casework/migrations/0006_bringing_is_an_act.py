"""Bringing what is in force to whoever is connected later is an act: the centre's, or of the hub's own command line.

And a comment is written where its writer sees the document, and the addressee's part that it belongs to.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

isolation = import_module("qorgan.hub.casework.migrations.0002_isolation")

SEEN = (
    f"{isolation.BY_SELF} AND {isolation.DOCUMENT_SEEN.format(table='document_comment')}"
    f" AND (reception_id IS NULL OR {isolation.RECEPTION_SEEN.format(table='document_comment')})"
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_later_addressees_and_plain_acts")]

    operations = [
        migrations.AlterField(
            model_name="act",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="act",
            constraint=models.CheckConstraint(
                condition=models.Q(("person__isnull", False), ("verb", "bring"), _connector="OR"),
                name="document_act_of_nobody_is_a_bringing",
            ),
        ),
        migrations.RunSQL(
            "CREATE POLICY document_act_bring ON document_act FOR INSERT TO qorgan_web"
            f" WITH CHECK ({isolation.CENTRE} AND {isolation.PERSON} IS NULL AND person_id IS NULL AND verb = 'bring')",
            "DROP POLICY document_act_bring ON document_act",
        ),
        migrations.RunSQL(
            f"ALTER POLICY document_comment_add ON document_comment WITH CHECK ({SEEN})",
            f"ALTER POLICY document_comment_add ON document_comment WITH CHECK ({isolation.BY_SELF})",
        ),
    ]
