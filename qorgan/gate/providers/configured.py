"""The ports that an institution configured. Made once a process: their connections are shared by its threads."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

from qorgan.gate.config import Config, Messages, Provider, Providers
from qorgan.gate.providers import biometrics, messages, mobile_numbers
from qorgan.gate.providers.calling import Address
from qorgan.gate.providers.identification import IdentificationCentre, OwnDevices, OwnTerminals, Signer
from qorgan.gate.providers.messages import MessageGateway
from qorgan.gate.providers.mobile_numbers import MobileRegistry
from qorgan.gate.providers.signed import KeyUnusable, PublicKey, public_key
from qorgan.kit.config import ConfigRefused

CENTRE: Final = "biometrics"
OWN: Final = "own-biometrics"
NUMBERS: Final = "mobile-numbers"
GATEWAY: Final = "messages"
"""Names of the services, as the log and the journal have them."""
_ONE_AT_A_TIME: Final = Lock()
"""Two threads that ask first must not make two, of which one is never closed."""


def identification(config: Config) -> tuple[biometrics.Port, ...]:
    """Whoever identifies biometrically, the state's centre first. Raises ConfigRefused for keys that cannot be used."""
    with _ONE_AT_A_TIME:
        return _identification(config.providers)


def numbers(config: Config) -> mobile_numbers.Port | None:
    """Whoever knows whose a number is. Raises ConfigRefused for a key that cannot be used."""
    with _ONE_AT_A_TIME:
        return _numbers(config.providers)


def gateway(config: Config) -> messages.Port | None:
    """Whoever carries messages."""
    with _ONE_AT_A_TIME:
        return _gateway(config.messages)


def check(config: Config) -> None:
    """Whether every key and secret can be used. Raises ConfigRefused: better at the start than when somebody waits."""
    close(config)


def close(config: Config) -> None:
    """Close the connections of every port. Whoever asks afterwards gets new ones."""
    for port in (*_identification(config.providers), _numbers(config.providers), _gateway(config.messages)):
        if port is not None:
            port.close()
    for made in (_identification, _numbers, _gateway):
        made.cache_clear()


@cache
def _identification(providers: Providers) -> tuple[biometrics.Port, ...]:
    found: list[biometrics.Port] = []
    if providers.biometrics.url:
        centre = providers.biometrics
        found.append(IdentificationCentre(_address(CENTRE, centre), _signers(CENTRE, centre), _origins(centre)))
    own = providers.own_biometrics
    if own.url:
        signers = _signers(OWN, own)
        found.append(OwnTerminals(_address(OWN, own), signers, _origins(own), liveness=providers.own_liveness))
    elif own.key_file is not None:
        found.append(OwnDevices(OWN, _signers(OWN, own), liveness=providers.own_liveness))
    return tuple(found)


@cache
def _numbers(providers: Providers) -> MobileRegistry | None:
    registry = providers.mobile_numbers
    if not registry.url:
        return None
    return MobileRegistry(_address(NUMBERS, registry), _keys(NUMBERS, registry), customer=providers.customer)


@cache
def _gateway(table: Messages) -> MessageGateway | None:
    if not table.url:
        return None
    return MessageGateway(
        Address(
            name=GATEWAY,
            url=table.url,
            key=_secret(table.token_file),
            authorities=table.authorities,
            seconds=table.timeout,
        )
    )


def _address(name: str, provider: Provider) -> Address:
    return Address(
        name=name,
        url=provider.url,
        key=_secret(provider.token_file),
        authorities=provider.authorities,
        seconds=provider.timeout,
    )


def _origins(provider: Provider) -> frozenset[str]:
    return frozenset(one.rstrip("/") for one in provider.redirects_to)


def _signers(name: str, provider: Provider) -> dict[str, Signer]:
    return {kid: Signer(name=kid, key=key) for kid, key in _keys(name, provider).items()}


def _keys(name: str, provider: Provider) -> dict[str, PublicKey]:
    """Each file's key under the file's name, which is how signed statements name it."""
    place = provider.key_file
    if place is None:
        raise ConfigRefused(f"providers: {name}: key_file is missing; give the key that verifies what it signs")
    try:
        files = sorted(place.glob("*.pem")) if place.is_dir() else [place]
        return {file.stem: public_key(file.read_bytes()) for file in files}
    except (OSError, KeyUnusable) as wrong:
        raise ConfigRefused(f"providers: {name}: key_file {place}: {wrong}; give public keys as PEM") from None


def _secret(file: Path | None) -> str:
    try:
        return file.read_text(encoding="utf-8").strip() if file else ""
    except (OSError, UnicodeDecodeError):
        raise ConfigRefused(f"providers: token_file {file} cannot be read; give the file of the access key") from None
