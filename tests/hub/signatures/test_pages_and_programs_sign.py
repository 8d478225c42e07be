"""The pages and the API offer, demand and show signatures alike; a hub with a damaged pin does not start."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from qorgan.eds.algorithms import GOST2015_512
from qorgan.eds.pki.sandbox import Sandbox
from qorgan.eds.sandbox_server import SandboxServer, now
from qorgan.hub.config import SignatureRule
from tests.hub.api.conftest import program

__all__ = ["program"]


@pytest.fixture
def head(signing: Any, enlist: Any, signed_in: Any) -> Any:
    """A second head of Alpha, who has a browser and a token."""
    somebody = enlist("head-of-security", organisation=signing.market.organisations["alpha"])
    signing.market.people["alpha_walking"] = somebody.id
    return signed_in(somebody)


@pytest.mark.parametrize(
    ("rule", "sign", "plain"), [("off", False, True), ("offered", True, True), ("required", True, False)]
)
def test_the_page_offers_what_the_configuration_says(
    signing: Any, head: Any, rule: str, sign: bool, plain: bool
) -> None:
    signing.use(signature=SignatureRule(rule))
    document = signing.proposed()
    answer = head.get(f"/desk/{document.pk}/agree/")
    page = answer.content.decode()
    assert ("data-sign-start" in page) is sign
    assert ('name="agree"' in page) is plain
    assert ("wss://127.0.0.1:13579" in answer.headers["content-security-policy"]) is sign
    posted = head.post(f"/desk/{document.pk}/agree/", {"agree": ""})
    assert posted.status_code == (302 if plain else 403)
    if not plain:
        assert "Here the head agrees by a digital signature: sign it." in posted.content.decode()
        # The button of the document's own page, and the API, know no way round.
        assert head.post(f"/desk/{document.pk}/act/agree/").status_code == 403


def test_the_page_gives_the_bytes_that_are_signed_to_the_head_alone(
    signing: Any, head: Any, enlist: Any, signed_in: Any
) -> None:
    document = signing.proposed()
    answer = head.get(f"/desk/{document.pk}/agree/document.json")
    assert answer.content == signing.exact(document)
    maker = signed_in(enlist("responsible-employee", organisation=signing.market.organisations["alpha"]))
    assert maker.get(f"/desk/{document.pk}/agree/document.json").status_code == 403


@pytest.mark.parametrize("typed", ["?", "", " \n", "-----BEGIN CMS-----\n-----END CMS-----", "AAAA"])
def test_what_is_no_signature_agrees_to_nothing(signing: Any, head: Any, typed: str) -> None:
    signing.use(signature=SignatureRule.REQUIRED)
    document = signing.proposed()
    answer = head.post(f"/desk/{document.pk}/agree/", {"signature": typed})
    assert answer.status_code in {403, 422}
    assert not signing.kept(document)


@pytest.fixture
def answering(signing: Any) -> Iterator[Any]:
    """The same market, with a world whose registries answer over HTTP."""
    with SandboxServer(("127.0.0.1", 0), lambda base: Sandbox(now(), GOST2015_512, base)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        signing.world = server.sandbox
        signing.use(signature=SignatureRule.REQUIRED, registries=(server.base,))
        yield signing
        server.shutdown()
        thread.join()


@pytest.mark.clause("R67.10")
def test_a_program_of_the_head_signs_as_a_page_does(answering: Any, head: Any, program: Any) -> None:
    market = answering.market
    somebody = market.people["alpha_walking"]
    name = market.hub.rows("SELECT full_name FROM person WHERE id = %s", somebody)[0][0]
    document = answering.proposed()
    client = program("alpha_walking")
    exact = client.get(f"documents/{document.pk}/proposed")
    assert (exact.status_code, exact.content) == (200, answering.exact(document))
    agree = f"documents/{document.pk}/verbs/agree"
    assert client.post(agree).told["code"] == "signature-required"
    wrong = answering.cms(document, answering.key("alpha_head", name=name), over=b"{}")
    assert client.post(agree, {"signature": base64.b64encode(wrong).decode()}).told["code"] == "signature-altered"
    cms = answering.cms(document, answering.key("alpha_head", name=name))
    assert client.post(agree, {"signature": base64.b64encode(cms).decode()}).status_code == 200
    assert len(answering.kept(document)) == 1
    assert head.get(f"/desk/{document.pk}/").status_code == 200
    evidence = client.get(f"documents/{document.pk}/versions/0/signature/evidence")
    assert base64.b64decode(evidence.told["signed"]) == cms


def test_a_hub_whose_pin_is_damaged_does_not_start(signing: Any, tmp_path: Path) -> None:
    pin = tmp_path / "root.cer"
    raw = bytearray(pin.read_bytes())
    raw[-1] ^= 1
    pin.write_bytes(raw)
    config = tmp_path / "hub.toml"
    config.write_text(f'state = "{tmp_path}"\n[agreement]\nsignature = "offered"\npins = ["{pin}"]\n', encoding="utf-8")
    environment = os.environ | {
        "QORGAN_HUB_CONFIG": str(config),
        "QORGAN_HUB_STATE": "",
        "DJANGO_SETTINGS_MODULE": "qorgan.hub.settings",
    }
    ended = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode
    assert "agreement.pins: A pinned root is damaged; name files" in ended.stderr
