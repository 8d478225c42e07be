"""Ports out of a configuration: keys that cannot be used stop the start, and say which."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from qorgan.gate.config import Config, Provider, Providers, load
from qorgan.gate.providers import configured
from qorgan.gate.providers.identification import OwnDevices
from qorgan.gate.providers.sandbox.running import write_settings
from qorgan.gate.providers.sandbox.services import Services
from qorgan.gate.rules.proof import BiometricSource
from qorgan.kit import clock
from qorgan.kit.config import ConfigRefused


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load(write_settings(tmp_path, "http://127.0.0.1:9", Services(clock.now)), {})


@pytest.mark.clause("R56.1")
def test_what_the_sandbox_writes_configures_every_port(config: Config) -> None:
    ports = configured.identification(config)
    assert [port.source for port in ports] == [BiometricSource.STATE, BiometricSource.OWN_DEVICE]
    assert [port.liveness for port in ports] == [True, True]
    assert configured.numbers(config) is not None
    assert configured.gateway(config) is not None
    configured.close(config)


def test_nothing_is_asked_of_whom_nobody_configured() -> None:
    assert configured.identification(Config()) == ()
    assert configured.numbers(Config()) is None
    assert configured.gateway(Config()) is None


def test_devices_without_a_service_need_their_keys_alone(config: Config) -> None:
    folder = Provider(key_file=config.providers.own_biometrics.key_file)
    alone = replace(config, providers=Providers(own_biometrics=folder, own_liveness=False))
    (port,) = configured.identification(alone)
    assert isinstance(port, OwnDevices)
    assert not port.liveness
    configured.close(alone)


@pytest.mark.parametrize("wrong", ["absent", "no-key", "not-given", "no-secret"])
def test_a_key_or_a_secret_that_cannot_be_used_stops_the_start(config: Config, tmp_path: Path, wrong: str) -> None:
    (tmp_path / "no-key.pem").write_text("-----BEGIN", encoding="ascii")
    registry = config.providers.mobile_numbers
    changed = {
        "absent": replace(registry, key_file=tmp_path / "absent.pem"),
        "no-key": replace(registry, key_file=tmp_path / "no-key.pem"),
        "not-given": replace(registry, key_file=None),
        "no-secret": replace(registry, token_file=tmp_path / "absent"),
    }[wrong]
    broken = replace(config.providers, mobile_numbers=changed)
    with pytest.raises(ConfigRefused) as refused:
        configured.check(replace(config, providers=broken))
    assert "key_file" in str(refused.value) or "token_file" in str(refused.value)
