"""Row security of documents: the author's own, the addressee's part, the centre what it is a party to (R67.3.7).

A draft is the author's alone. Whoever sees a document sees its versions; acts and comments go as far as they say.
"""

from django.db import migrations

ORGANISATIONS = """ANY (ARRAY(
    SELECT unnest(nullif((SELECT current_setting('qorgan.organisations', true)), '')::uuid[])))"""
SCOPE = "(SELECT current_setting('qorgan.scope', true))"
CENTRE = f"{SCOPE} = 'centre'"
PERSON = "(SELECT nullif(current_setting('qorgan.person', true), ''))::bigint"
DOCUMENT_SEEN = "EXISTS (SELECT 1 FROM document AS seen WHERE seen.id = {table}.document_id)"
RECEPTION_SEEN = "EXISTS (SELECT 1 FROM document_reception AS seen WHERE seen.id = {table}.reception_id)"


def own(column: str) -> str:
    return f"{SCOPE} IN ('institution', 'centre') AND {column} = {ORGANISATIONS}"


def closed(table: str, *, see: str, add: str, change: str = "") -> str:
    """Policies of one table for the web role; the readers of statistics and the clerk see all of it."""
    lines = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_see ON {table} FOR SELECT TO qorgan_web USING ({see})",
        f"CREATE POLICY {table}_add ON {table} FOR INSERT TO qorgan_web WITH CHECK ({add})",
        f"CREATE POLICY {table}_read ON {table} FOR SELECT TO qorgan_read USING ({CENTRE})",
        f"CREATE POLICY {table}_clerk ON {table} TO qorgan_clerk USING (true) WITH CHECK (true)",
    ]
    if change:
        lines.append(f"CREATE POLICY {table}_change ON {table} FOR UPDATE TO qorgan_web USING ({change}) WITH CHECK (true)")
    return ";\n".join(lines) + ";\n"


def append_only(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION qorgan_refuse_change();\n"
    )


def spoken(table: str) -> str:
    """Acts and comments: of one's own, of all parties' where the document is seen, of a reception that is seen."""
    return (
        f"{own('organisation_id')}"
        f" OR (audience = 'parties' AND {DOCUMENT_SEEN.format(table=table)})"
        f" OR (audience = 'reception' AND {RECEPTION_SEEN.format(table=table)})"
    )


OVERSEEN = f"{CENTRE} AND open_to_centre AND submitted_at IS NOT NULL"
DOCUMENT = (
    f"{own('author_id')} OR ({OVERSEEN})"
    " OR EXISTS (SELECT 1 FROM document_reception AS part WHERE part.document_id = document.id)"
)
RECEPTION = f"{own('organisation_id')} OR {own('author_id')} OR ({CENTRE} AND open_to_centre)"
OF_DEADLINE = (
    f"{own('organisation_id')}"
    f" OR (reception_id IS NULL AND {DOCUMENT_SEEN.format(table='document_deadline')})"
    f" OR (reception_id IS NOT NULL AND {RECEPTION_SEEN.format(table='document_deadline')})"
)
BY_SELF = f"person_id = {PERSON} AND {own('organisation_id')}"

POLICIES = (
    closed("document", see=DOCUMENT, add=own("author_id"), change=f"{own('author_id')} OR ({OVERSEEN})")
    + closed("document_draft", see=own("author_id"), add=own("author_id"), change=own("author_id"))
    + closed(
        "document_version",
        see=f"{own('author_id')} OR {DOCUMENT_SEEN.format(table='document_version')}",
        add=own("author_id"),
    )
    + closed("document_reception", see=RECEPTION, add=own("author_id"), change=f"{own('organisation_id')} OR {own('author_id')}")
    + closed("document_act", see=spoken("document_act"), add=BY_SELF)
    + closed("document_act_receipt", see="EXISTS (SELECT 1 FROM document_act AS seen WHERE seen.id = act_id)", add="false")
    + closed("document_deadline", see=OF_DEADLINE, add=OF_DEADLINE, change=OF_DEADLINE)
    + closed(
        "document_deadline_move",
        see=f"{SCOPE} = 'calendar' OR EXISTS (SELECT 1 FROM document_deadline AS seen WHERE seen.id = deadline_id)",
        add=f"{SCOPE} = 'calendar'",
    )
    + closed("document_comment", see=spoken("document_comment"), add=BY_SELF)
    + closed(
        "document_attachment",
        see=f"{own('author_id')} OR (sent_at IS NOT NULL AND {DOCUMENT_SEEN.format(table='document_attachment')})",
        add=own("author_id"),
        change=own("author_id"),
    )
    + closed("calendar_edition", see="true", add=CENTRE)
    + "".join(
        append_only(table)
        for table in (
            "document_version",
            "document_act",
            "document_act_receipt",
            "document_deadline_move",
            "document_comment",
            "calendar_edition",
        )
    )
    + f"CREATE POLICY organisation_directory ON organisation FOR SELECT TO qorgan_web USING ({SCOPE} = 'directory');\n"
    "CREATE POLICY organisation_clerk ON organisation FOR SELECT TO qorgan_clerk USING (true);\n"
    "CREATE POLICY membership_clerk ON membership FOR SELECT TO qorgan_clerk USING (true);\n"
    "CREATE POLICY ledger_entry_clerk ON ledger_entry TO qorgan_clerk USING (true) WITH CHECK (true);\n"
    # A change of the calendar moves everybody's clocks.
    f"CREATE POLICY document_deadline_recount ON document_deadline TO qorgan_web USING ({SCOPE} = 'calendar')"
    f" WITH CHECK ({SCOPE} = 'calendar');\n"
)


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0001_tables"),
        ("members", "0003_journal_is_append_only"),
        ("receipts", "0005_epochs_may_start_alike"),
    ]

    operations = [migrations.RunSQL(POLICIES, migrations.RunSQL.noop)]
