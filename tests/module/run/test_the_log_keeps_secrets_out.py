"""The module's own log: at its loudest, and whatever it is given to read, no secret of a line gets into it (R67.4)."""

from __future__ import annotations

import json

import pytest

from tests.module.run.conftest import Site, eve

PAN, IIN, WORD, MAIL = "4111111111111111", "880101300010", "Zq7-hunter2-secret", "azamat.secretov@client.example"


def lines() -> list[bytes]:
    """Records good, broken, of every kind of trouble, each with something that must not be said aloud."""
    alert = json.loads(eve(1))
    alert["http"] = {"url": f"/pay?card={PAN}&password={WORD}", "hostname": "shop.example"}
    alert["alert"]["signature"] = f"client {IIN} wrote to {MAIL}"
    whole = json.dumps(alert).encode()
    return [
        whole,
        whole[:-5],
        b"{broken " + WORD.encode() + PAN.encode(),
        f"CEF:0|V|P|1|1|name|11|msg=password={WORD} card {PAN}".encode(),
        f"<13>Mar  2 14:00:00 host sshd[1]: Failed password for {MAIL} from 203.0.113.7 {WORD}".encode(),
        b"\xff\xfe" + WORD.encode() + b"\x00" + IIN.encode(),
        WORD.encode() * 5_000,
    ]


@pytest.mark.clause("R67.4")
def test_no_secret_of_a_line_gets_into_the_log_at_any_level(site: Site, centre):
    centre.refuse = lambda number: number == 1
    site.start(loud=True)
    site.write_lines(*lines())
    site.wait(lambda: site.health()["account"]["read"] == len(lines()))
    site.wait(lambda: site.health()["account"]["spooled"] == 0)
    page = site.page("/?lang=en").decode()
    health = site.page("/health").decode()
    key = (site.state.with_name("state.keys") / "spool.key").read_text().split()[1]
    site.stop()
    for secret in (PAN, IIN, WORD, MAIL, key):
        assert secret not in site.words(), secret
        assert secret not in health, secret
    for secret in (PAN, IIN, MAIL, key):
        assert secret not in page, secret
    assert "quarantine" in site.words()
