"""What every test may lean on."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.heavy_first import heavy_first

GATE = Path(__file__).resolve().parent / "gate"
SHARED = Path(__file__).resolve().parents[2] / "shared"
FIXTURES = ("fixtures_postgres", "fixtures_portal")
"""Files beside this one that hold fixtures for every room."""


# How long an example takes depends on what else the machine does; a test that hangs is ended by pytest's own limit.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


def pytest_configure(config: pytest.Config) -> None:
    """Register the shared fixtures by path: under importlib mode the tests are no package to import them from."""
    for name in FIXTURES:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        config.pluginmanager.register(module, name)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the gate's tests to a process of their own, in which its settings are Django's: they have to be named."""
    if collection_path != GATE:
        return None
    named = (Path(argument.partition("::")[0]).resolve() for argument in config.args)
    return None if any(path.is_relative_to(GATE) for path in named) else True


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, where several processes share the work."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        items[:] = heavy_first(items, workers)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real logs and vectors beside the checkout; tests that read it skip where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("shared/ with real logs and vectors is not beside this checkout")
    return SHARED
