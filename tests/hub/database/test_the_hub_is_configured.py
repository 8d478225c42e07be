"""The configuration is read once, and a wrong key stops the start with a remedy."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from qorgan.hub.config import _ENVIRONMENT, CONFIG_VARIABLE, Config, load
from qorgan.kit.config import ConfigRefused


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "hub.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_nothing_said_is_a_working_configuration():
    assert load(environment={}) == Config()


def test_the_environment_wins_over_the_file(written):
    path = written('[database]\nurl = "postgresql:///file"\n[intake]\nport = 9000\n')
    config = load(path, {"QORGAN_DATABASE_URL": "postgresql:///environment", "QORGAN_DATABASE_URL_WEB": "w"})
    assert (config.database.url, config.database.url_web) == ("postgresql:///environment", "w")
    assert config.intake.port == 9000


def test_the_environment_names_the_file(written):
    path = written('origin = "asoi.example/here"\n')
    assert load(environment={"QORGAN_HUB_CONFIG": str(path)}).origin == "asoi.example/here"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("prot = 1\n", "prot"),
        ("[intake]\nprot = 1\n", "intake.prot"),
        ("[intake]\nport = 'a'\n", "intake.port"),
        ("[intake]\nport = 70000\n", "intake.port"),
        ("[intake]\nprocesses = 0\n", "intake.processes"),
        ("state = 3\n", "state"),
        ("origin = 'Has Spaces'\n", "origin"),
        ("intake = 3\n", "intake"),
        ("[portal]\naddress = 'nowhere'\n", "portal.address"),
        ("[agreement]\nsignature = 'required'\n", "agreement.pins"),
        ("[agreement]\nsignature = 'perhaps'\n", "agreement.signature"),
        ("[agreement]\nagent = 'wss://agent.example:13579'\n", "agreement.agent"),
        ("[agreement]\nagent = 'wss://127.0.0.1:13579; script-src *'\n", "agreement.agent"),
        ("[agreement]\nregistries = ['ocsp.pki.gov.kz']\n", "agreement.registries"),
    ],
)
def test_a_wrong_key_is_named_with_its_file_and_a_remedy(written, text, key):
    path = written(text)
    with pytest.raises(ConfigRefused) as refused:
        load(path, {})
    assert str(path) in str(refused.value)
    assert key in str(refused.value)
    assert "; " in str(refused.value), "no remedy"


@pytest.mark.parametrize("text", ["[intake\n", "a = \n"])
def test_a_file_that_is_not_toml_is_refused(written, text):
    with pytest.raises(ConfigRefused, match="not TOML"):
        load(written(text), {})


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigRefused, match="--config"):
        load(tmp_path / "none.toml", {})


def test_a_value_that_may_be_a_password_is_never_repeated(written):
    path = written("[database]\nurl = ['postgresql://u:hunter2@h/d']\n")
    with pytest.raises(ConfigRefused) as refused:
        load(path, {})
    assert "hunter2" not in str(refused.value)


def test_every_key_and_variable_is_documented():
    page = (Path(__file__).parents[3] / "docs" / "operate" / "hub.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z_.]+)`", page))
    keys = set()
    for field in msgspec.structs.fields(Config):
        inner = msgspec.structs.fields(field.default) if isinstance(field.default, msgspec.Struct) else []
        keys |= {f"{field.name}.{one.name}" for one in inner} or {field.name}
    assert keys <= documented
    assert set(_ENVIRONMENT) | {CONFIG_VARIABLE} <= set(re.findall(r"`(QORGAN_[A-Z_]+)`", page))


@pytest.mark.parametrize(
    "room", ["qorgan.hub.config", "qorgan.hub.intake.app", "qorgan.hub.receipts.audit", "qorgan.cli"]
)
def test_what_must_run_without_django_does(room):
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    code = f"import {room}, sys; sys.exit(any(name.startswith('django') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
