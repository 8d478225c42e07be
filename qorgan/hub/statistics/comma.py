"""A book as comma-separated values (RFC 4180) in UTF-8 with its mark, without which Excel garbles Kazakh and Russian.

One list is a header and its rows, as programs want it. Several tables are one list too: table, line, column, value.
What the file is about stands in lines above, each beginning with `#`.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from django.utils.translation import gettext

from qorgan.hub.statistics.sheets import Book, plain

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
_MARK: Final = "\ufeff"


def comma(book: Book) -> bytes:
    """The file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([f"# {book.title}"])
    writer.writerows([f"# {label}", value] for label, value in ((label, plain(value)) for label, value in book.said))
    if len(book.tables) == 1:
        (table,) = book.tables
        writer.writerow([column.words for column in table.columns])
        writer.writerows([plain(value) for value in row.cells] for row in table.rows)
    else:
        writer.writerow([gettext("Table"), gettext("Line"), gettext("Column"), gettext("Value")])
        writer.writerows(_long(book))
    return (_MARK + out.getvalue()).encode()


def _long(book: Book) -> list[list[object]]:
    found: list[list[object]] = []
    for table in book.tables:
        names = [place for place, column in enumerate(table.columns) if not column.is_number]
        for row in table.rows:
            line = ", ".join(str(plain(row.cells[place]) or "") for place in names)
            found += [
                [table.title, line, column.words, plain(value)]
                for column, value in zip(table.columns, row.cells, strict=True)
                if column.is_number
            ]
    return found
