"""The operator's page tells every key, command and trouble that there is, and no other."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import msgspec
import pytest

from qorgan.module import cli
from qorgan.module.config import Config, load

PATH = Path(__file__).parents[3] / "docs" / "operate" / "module.md"
PAGE = PATH.read_text(encoding="utf-8")
UNIT = PATH.parents[2] / "deploy" / "bank" / "qorgan-module.service"


def keys_of(kind, prefix=""):
    for field in msgspec.structs.fields(kind):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from keys_of(field.type, f"{field.name}.")
        else:
            yield f"{prefix}{field.name}"


def test_every_key_of_the_configuration_is_in_the_table_and_no_other():
    table = PAGE.split("## All keys of the configuration")[1]
    assert sorted(re.findall(r"^\| `([a-z_.]+)` \|", table, re.MULTILINE)) == sorted(keys_of(Config))


def test_the_defaults_in_the_table_are_those_of_the_code():
    config = msgspec.convert({"hub": {"url": "https://asoi.example.kz"}}, Config)
    for key, said in re.findall(r"^\| `([a-z_.]+)` \| ([^|]+) \|", PAGE, re.MULTILINE):
        value = config
        for name in key.split("."):
            value = getattr(value, name)
        assert said.strip("` ") == (f"{value:g}" if isinstance(value, float) else str(value)), key


def test_every_command_is_in_the_table():
    parser = argparse.ArgumentParser()
    cli.register(parser.add_subparsers())
    (rooms,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    (acts,) = (one for one in rooms.choices["module"]._actions if isinstance(one, argparse._SubParsersAction))
    assert set(acts.choices) == set(re.findall(r"^\| `qorgan module ([a-z-]+)", PAGE, re.MULTILINE))


def test_the_example_is_a_configuration_that_loads(tmp_path):
    example = PAGE.split("```toml\n")[1].split("```")[0]
    (tmp_path / "module.toml").write_text(example)
    assert load(tmp_path / "module.toml").sources[0].name == "suricata"


@pytest.mark.parametrize("page", ["module.md", "upgrade.md"])
def test_every_command_that_a_page_shows_is_one_that_can_be_given(page):
    text = (PATH.parent / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    shown = re.findall(r"(?:^|[ /])qorgan (module [a-z-]+[^#&|\n]*)", "\n".join(blocks))
    shown += re.findall(r"`qorgan (module [a-z-]+[^`]*)`", text)
    shown += re.findall(r"^#   qorgan (module .*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    assert shown
    parser = argparse.ArgumentParser()
    cli.register(parser.add_subparsers())
    for line in shown:
        parser.parse_args(re.sub(r"\[[A-Z ]+\]", "", line).split())
