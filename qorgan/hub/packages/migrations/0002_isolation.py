"""Row security of packages: the institution sees its own, the centre all; the hub alone adds, after its checks."""

from importlib import import_module

from django.db import migrations

_casework = import_module("qorgan.hub.casework.migrations.0002_isolation")


class Migration(migrations.Migration):
    dependencies = [("packages", "0001_tables"), ("casework", "0002_isolation")]

    operations = [
        migrations.RunSQL(
            _casework.closed(
                "package",
                see=f"{_casework.own('organisation_id')} OR {_casework.CENTRE}",
                add=_casework.CENTRE,
            )
            + _casework.append_only("package"),
            migrations.RunSQL.noop,
        )
    ]
