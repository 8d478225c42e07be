"""A sandbox authority for every algorithm, and the real vectors where they are at hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from qorgan.eds.algorithms import GOST2015_512
from qorgan.eds.chain import Pins, pinned
from qorgan.eds.pki.sandbox import LocalPort, Sandbox
from qorgan.eds.verify import Trust

NOON = datetime(2026, 5, 5, 12, tzinfo=UTC)


@cache
def _sandbox(algorithm: str) -> Sandbox:
    return Sandbox(NOON, algorithm)


@pytest.fixture(scope="session")
def at() -> datetime:
    """The time at which the sandboxes live."""
    return NOON


@pytest.fixture(scope="session")
def sandboxes() -> Callable[[str], Sandbox]:
    """A sandbox by its algorithm, made once."""
    return _sandbox


@pytest.fixture
def world() -> Sandbox:
    """A sandbox of one's own, to revoke in."""
    return Sandbox(NOON, "1.2.398.3.10.1.1.1.2")


@pytest.fixture(scope="session")
def gost() -> Sandbox:
    """The sandbox of today's algorithm."""
    return _sandbox(GOST2015_512)


@pytest.fixture
def trust(world: Sandbox) -> Trust:
    """What is held for true in `world`."""
    return Trust(pins=world.pins)


@pytest.fixture
def port(world: Sandbox) -> LocalPort:
    """The authorities of `world`, asked at noon."""
    return LocalPort(world, NOON)


@pytest.fixture(scope="session")
def vectors(shared: Path) -> Path:
    """Real signatures of the authority's test contour."""
    return shared / "data" / "eds"


@pytest.fixture(scope="session")
def test_pins(vectors: Path) -> Pins:
    """Issuing authorities of the test contour; their root is not public."""
    names = ("nca_gost2015_test.cer", "NCA_2004_RSA_CERT.crt", "NCA_2004_GOST_CERT.crt")
    return pinned((vectors / "ca_test" / name).read_bytes() for name in names)
