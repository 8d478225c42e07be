"""A program starts with the configuration that was meant, or does not start and says what to mend."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct

from qorgan.kit.config import ConfigError, load


class Listener(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65_535)] = 8000
    names: tuple[str, ...] = ()
    secure: bool = True


class Store(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    url: str


class Program(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    state: Path = Path("state")
    listener: Listener = Listener()
    long_term_store: Store | None = None


class Strict(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    store: Store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "program.toml"


def refused(kind: type[Struct], file: Path | None, environment: dict[str, str]) -> str:
    with pytest.raises(ConfigError) as caught:
        load(kind, file, environment)
    said = str(caught.value)
    assert "\n" not in said
    return said


def test_without_file_and_environment_the_defaults_work() -> None:
    assert load(Program, None, {}) == Program()


def test_the_environment_stands_over_the_file_and_the_file_over_the_defaults(file: Path) -> None:
    file.write_text('state = "/srv/a"\n[listener]\nport = 1\nhost = "::1"\n')
    environment = {"QORGAN_LISTENER_PORT": "2", "QORGAN_LISTENER_SECURE": "false", "HOME": "/"}
    assert load(Program, file, environment) == Program(
        state=Path("/srv/a"), listener=Listener(port=2, host="::1", secure=False)
    )


def test_a_key_outside_any_section_and_a_list_come_from_the_environment_too() -> None:
    environment = {"QORGAN_STATE": "/srv/b", "QORGAN_LISTENER_NAMES": '["қорған", "b"]'}
    assert load(Program, None, environment) == Program(state=Path("/srv/b"), listener=Listener(names=("қорған", "b")))


def test_variables_of_other_programs_are_let_be() -> None:
    assert load(Program, None, {"QORGAN_MODULE_HUB": "x", "QORGAN_ANYTHING": "y"}) == Program()


@given(port=st.integers(1, 65_535), host=st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_what_the_environment_says_is_what_the_program_gets(port: int, host: str) -> None:
    got = load(Program, None, {"QORGAN_LISTENER_PORT": str(port), "QORGAN_LISTENER_HOST": host}).listener
    if not host.startswith(("[", "{")):
        assert (got.port, got.host) == (port, host)


def test_a_misspelt_key_of_the_file_stops_the_start_and_the_right_one_is_offered(file: Path) -> None:
    file.write_text("[listener]\nprot = 1\n")
    assert refused(Program, file, {}) == f"{file}: listener.prot: no such key. Did you mean 'port'?"
    file.write_text("listner = 1\n")
    assert refused(Program, file, {}) == f"{file}: listner: no such key. Did you mean 'listener'?"


def test_a_misspelt_variable_stops_the_start_too() -> None:
    assert refused(Program, None, {"QORGAN_LISTENER_COLOUR": "1"}) == (
        "QORGAN_LISTENER_COLOUR: listener.colour: no such key. Known here: host, names, port, secure"
    )


def test_a_wrong_value_is_laid_at_the_door_it_came_through(file: Path) -> None:
    file.write_text("[listener]\nport = 70000\n")
    assert refused(Program, file, {}) == f"{file}: listener.port: expected `int` <= 65535. Mend the value"
    assert refused(Program, file, {"QORGAN_LISTENER_PORT": "web"}).startswith("QORGAN_LISTENER_PORT: listener.port:")


def test_a_value_is_never_repeated_because_it_may_be_a_password(file: Path) -> None:
    file.write_text("[listener]\nport = 'hunter2'\n")
    assert "hunter2" not in refused(Program, file, {})
    assert "hunter2" not in refused(Program, None, {"QORGAN_LISTENER_PORT": "hunter2"})


def test_a_missing_key_is_named_with_the_variable_that_would_do() -> None:
    assert refused(Strict, None, {}) == "configuration: store: missing. Set it, or QORGAN_STORE"
    assert load(Strict, None, {"QORGAN_STORE_URL": "postgresql:///a"}).store.url == "postgresql:///a"


def test_a_value_where_a_section_belongs_is_refused(file: Path) -> None:
    file.write_text("listener = 1\n")
    assert "listener: expected `object`, got `int`" in refused(Program, file, {"QORGAN_LISTENER_PORT": "1"})


def test_a_file_that_is_absent_or_not_toml_is_refused(file: Path) -> None:
    assert refused(Program, file, {}) == f"{file}: No such file or directory. Give a file that can be read"
    file.write_text("[listener\n")
    assert refused(Program, file, {}).startswith(f"{file}: not TOML: ")
    file.write_bytes(b"a = '\xff'")
    assert refused(Program, file, {}).startswith(f"{file}: not TOML: ")
