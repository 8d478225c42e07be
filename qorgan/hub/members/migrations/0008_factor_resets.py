"""Second factors that are to be reset: asked for by another, decided on by the head of the centre (R67.6)."""

import uuid
from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_isolation = import_module("qorgan.hub.members.migrations.0002_isolation")
OWN = _isolation.OWN.format(column="organisation_id")
PERSON = _isolation.PERSON


def _person(**more: Any) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, **more
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0007_system_accounts")]

    operations = [
        migrations.CreateModel(
            name="FactorReset",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=500)),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("declined", models.CharField(blank=True, default="", max_length=500)),
                ("person", _person()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.organisation",
                    ),
                ),
                ("asked_by", _person(db_index=False, null=True)),
                ("done_by", _person(db_index=False, null=True)),
            ],
            options={
                "db_table": "factor_reset",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None)), fields=("person",), name="factor_reset_one_is_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("asked_by", None),
                                models.Q(("asked_by", models.F("person")), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("done_by", None),
                                models.Q(("done_by", models.F("person")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="factor_reset_is_by_another",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            _isolation.closed("factor_reset")
            + f"""
CREATE POLICY factor_reset_ask ON factor_reset FOR INSERT TO qorgan_web
    WITH CHECK ({OWN} AND asked_by_id = {PERSON} AND done_at IS NULL);
""",
            migrations.RunSQL.noop,
        ),
    ]
