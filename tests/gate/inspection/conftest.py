"""A journal of which a part lies in the archive."""

from __future__ import annotations

import pytest


@pytest.fixture
def with_an_archive(gate):
    """A day that lies in a sealed file, and one at hand; gives the file."""
    import shutil

    from qorgan.gate.database.connection import Role
    from qorgan.gate.journal.archive.making import archive
    from qorgan.gate.journal.archive.shelf import FOLDER, shelf_of
    from qorgan.kit import clock
    from tests.gate.journal.filling import ago, fill

    fill(gate.url(Role.WEB), [ago(140), ago(5)], 9)
    list(archive(gate.url(Role.CLERK), shelf_of(gate.config), clock.now))
    assert gate.rows("SELECT count(*) FROM gate_journal WHERE event = 'sign-in'") == [(9,)]
    yield next((gate.config.state / FOLDER).rglob("*.sealed"))
    shutil.rmtree(gate.config.state / FOLDER, ignore_errors=True)
