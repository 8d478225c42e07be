"""Notices speak of acts on members too: of exactly one thing, with the access rule of that thing (R67.4)."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_casework = import_module("qorgan.hub.casework.migrations.0002_isolation")
PERSON = _casework.PERSON
CLERK = f"{_casework.SCOPE} = 'clerk'"
ACTS = """(
    'absence.recorded', 'absence.revoked', 'account.blocked', 'account.handed-over', 'account.unblocked',
    'application.accepted', 'application.made', 'application.mended', 'application.sent-back', 'application.taken-up',
    'application.withdrawn', 'factor.reset', 'factor.reset-asked', 'factor.reset-declined')"""


def of(model: str) -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(
        to=model,
        null=True,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
    )


def exactly_one(*names: str) -> models.Q:
    found = models.Q()
    for said in names:
        found |= models.Q(**{f"{name}__isnull": name != said for name in names})
    return found


def seen(table: str, column: str) -> str:
    return f"EXISTS (SELECT 1 FROM {table} AS seen WHERE seen.id = notice.{column})"


ABOUT = (
    f"{seen('document', 'document_id')} OR {seen('application', 'application_id')} OR {seen('absence', 'absence_id')}"
    f" OR {seen('organisation', 'institution_id')} OR account_id = {PERSON}"
    " OR EXISTS (SELECT 1 FROM membership AS seen WHERE seen.person_id = notice.account_id)"
)
POLICIES = f"""
ALTER POLICY notice_see ON notice USING (person_id = {PERSON} AND ({ABOUT}));

ALTER TABLE entry_told ENABLE ROW LEVEL SECURITY;
ALTER TABLE entry_told FORCE ROW LEVEL SECURITY;
CREATE POLICY entry_told_clerk ON entry_told TO qorgan_clerk USING ({CLERK}) WITH CHECK ({CLERK});

-- The clerk asks as the person it tells; under its own word it sees whose a thing is.
CREATE POLICY hub_journal_clerk ON hub_journal FOR SELECT TO qorgan_clerk USING ({CLERK} AND act IN {ACTS});
CREATE POLICY application_clerk ON application FOR SELECT TO qorgan_clerk USING ({CLERK});
ALTER POLICY application_centre ON application TO qorgan_web, qorgan_clerk;
ALTER POLICY application_own ON application TO qorgan_web, qorgan_clerk;
ALTER POLICY absence_clerk ON absence USING ({CLERK});
ALTER POLICY absence_centre ON absence TO qorgan_web, qorgan_clerk;
ALTER POLICY absence_own ON absence TO qorgan_web, qorgan_clerk;
ALTER POLICY absence_deputy ON absence TO qorgan_web, qorgan_clerk;

CREATE POLICY webhook_rotate ON webhook FOR UPDATE TO qorgan_web
    USING ({_casework.own("organisation_id")} AND removed_at IS NULL)
    WITH CHECK ({_casework.own("organisation_id")} AND removed_at IS NULL);

CREATE INDEX hub_journal_of_members ON hub_journal (id) WHERE act IN {ACTS};

-- What was done before there were such notices is told to nobody.
ALTER TABLE hub_journal NO FORCE ROW LEVEL SECURITY;
ALTER TABLE entry_told NO FORCE ROW LEVEL SECURITY;
INSERT INTO entry_told (entry_id, at) SELECT id, now() FROM hub_journal WHERE act IN {ACTS};
ALTER TABLE entry_told FORCE ROW LEVEL SECURITY;
ALTER TABLE hub_journal FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0002_isolation"),
        ("members", "0008_factor_resets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EntryTold",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="told",
                        serialize=False,
                        to="members.journalentry",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "entry_told"},
        ),
        migrations.AlterField("notice", "document", of("casework.document")),
        migrations.AddField("notice", "application", of("members.application")),
        migrations.AddField("notice", "absence", of("members.absence")),
        migrations.AddField("notice", "account", of(settings.AUTH_USER_MODEL)),
        migrations.AddField("notice", "institution", of("members.organisation")),
        migrations.AddField("notice", "entry", of("members.journalentry")),
        migrations.AddField("delivery", "entry", of("members.journalentry")),
        migrations.RemoveConstraint("notice", "notice_has_one_cause"),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(condition=exactly_one("act", "deadline", "entry"), name="notice_has_one_cause"),
        ),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=exactly_one("document", "application", "absence", "account", "institution"),
                name="notice_is_about_one_thing",
            ),
        ),
        migrations.AddConstraint(
            "delivery",
            models.UniqueConstraint(fields=["webhook", "entry"], name="delivery_of_an_entry_is_one"),
        ),
        migrations.RunSQL(POLICIES, migrations.RunSQL.noop),
    ]
