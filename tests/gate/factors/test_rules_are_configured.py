"""What an institution decides about factors is refused at the start where nothing good could come of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from qorgan.eds.algorithms import GOST2004
from qorgan.eds.pki.sandbox import Sandbox
from qorgan.gate.config import Config, load
from qorgan.kit.config import ConfigRefused
from tests.gate.fixtures_people import pem

MODEL = "ee882879-721c-4913-9775-3dfcce97072a"


def written(folder: Path, text: str) -> Config:
    file = folder / "gate.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, {})


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("[password]\nshortest = 8", "password.shortest"),
        ("[password]\nlongest = 32", "password.longest"),
        ("[password.cost]\nmemory = 4096", "floor"),
        (f'[passkey]\nallowed = ["{MODEL}"]', "roots"),
        ('[passkey]\ndenied = ["a phone"]', "passkey.denied"),
        ('[passkey]\norigins = ["http://app.example"]', "origins"),
        ('[passkey]\norigins = ["https://app.example/page"]', "origins"),
        ('[passkey]\norigins = ["app.example"]', "origins"),
        ('[passkey]\nroots = ["a root"]', "passkey"),
        ('[providers.signatures]\nanchors = "/nonexistent.pem"', "nonexistent"),
        ('[providers.signatures]\nhelpers = "/nonexistent.pem"', "anchors"),
        ("[providers.signatures]\nentity_roles = []", "entity_roles"),
        ('[providers.signatures]\nentity_roles = ["chief"]', "entity_roles"),
    ],
)
def test_a_rule_that_would_do_no_good_stops_the_start(tmp_path: Path, said: str, complaint: str) -> None:
    with pytest.raises(ConfigRefused, match=complaint):
        written(tmp_path, said)


def test_rules_that_do_are_taken(tmp_path: Path) -> None:
    said = '[passkey]\norigins = ["https://app.example", "http://localhost:8470", "android:apk-key-hash:AAAA"]\n'
    config = written(tmp_path, f'{said}denied = ["{MODEL}"]\n[password]\nwords = ["Bank"]\nshortest = 15')
    assert (config.password.shortest, config.password.words) == (15, ("Bank",))
    assert len(config.passkey.origins) == 3


def test_a_damaged_root_stops_the_start(tmp_path: Path) -> None:
    root = Sandbox(datetime(2026, 9, 1, tzinfo=UTC), GOST2004).root.certificate.raw
    for raw, good in ((root, True), (root[:-1] + bytes([root[-1] ^ 1]), False), (b"", False)):
        (tmp_path / "roots.pem").write_bytes(pem(raw) if raw else b"")
        said = f'[providers.signatures]\nanchors = "{tmp_path}/roots.pem"'
        if good:
            assert written(tmp_path, said).providers.signatures.anchors
        else:
            with pytest.raises(ConfigRefused, match=r"providers\.signatures"):
                written(tmp_path, said)


def test_the_real_authorities_are_taken_as_they_are_given_out(gate: Any, shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "eds" / "ca_prod"
    both = [(folder / name).read_bytes() for name in ("root_gost_2022.pem", "root_gost_2020.cer", "root_rsa_2020.cer")]
    (tmp_path / "roots.pem").write_bytes(b"\n".join(one if one[:1] == b"-" else pem(one) for one in both))
    said = f'[providers.signatures]\nanchors = "{tmp_path}/roots.pem"\nhelpers = "{folder}/nca_gost_2022.pem"'
    found: Any = written(tmp_path, said).providers.signatures
    from qorgan.gate.factors.signature import trusted

    pins = trusted._pins(found.anchors, found.helpers)
    assert (len(pins.anchors), len(pins.helpers)) == (3, 1)
