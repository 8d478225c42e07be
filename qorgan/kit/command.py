"""A program's commands: what one does is loaded when it is run, and its refusals are one line with a remedy."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from qorgan.kit.config import ConfigRefused

REFUSED, UNUSABLE = 1, 2
"""Exit codes."""
_VERBS: Final = {"import": "import_"}
"""Functions of commands whose names are words of Python's own."""


@dataclass(frozen=True, slots=True)
class Program:
    """One program of `qorgan` and where its commands are."""

    name: str
    load: Callable[[Path | None], Any]
    """Reads the configuration; raises ConfigRefused."""
    file_variable: str
    """Names the configuration's file to the processes that a command starts."""
    acting: frozenset[str] = frozenset()
    """Rooms below `run` whose commands act on rows: their `acting` module calls them."""

    def add(
        self, acts: argparse._SubParsersAction[argparse.ArgumentParser], name: str, room: str, words: str
    ) -> argparse.ArgumentParser:
        """Add a command: the function of its name (`-` being `_`) in the room `run.<room>`, given (config, args)."""
        parser = acts.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
        help_ = f"TOML file; else {self.file_variable}, else defaults"
        parser.add_argument("--config", type=Path, metavar="FILE", help=help_)
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.set_defaults(run=self._later(name, room))
        return parser

    def _later(self, name: str, room: str) -> Callable[[argparse.Namespace], int]:
        def run(args: argparse.Namespace) -> int:
            outcome = import_module("qorgan.kit.outcome")
            try:
                done = self._do(name, room, args)
            except ConfigRefused as error:
                return self._refuse(args, name, str(error), UNUSABLE)
            except Exception as error:
                line = outcome.refusal_line(error)
                if line is None:
                    raise
                return self._refuse(args, name, line, REFUSED)
            print(json.dumps(done.value, ensure_ascii=False) if args.json else done.words)
            return int(done.code)

        return run

    def _do(self, name: str, room: str, args: argparse.Namespace) -> Any:
        config = self.load(args.config)
        if args.config:
            # The processes a command starts read the same file.
            os.environ[self.file_variable] = str(args.config.resolve())
        verb, rooms = _VERBS.get(name, name.replace("-", "_")), f"qorgan.{self.name}.run"
        if room in self.acting:
            return import_module(f"{rooms}.acting").act(config, args, room, verb)
        return getattr(import_module(f"{rooms}.{room}"), verb)(config, args)

    def _refuse(self, args: argparse.Namespace, name: str, line: str, code: int) -> int:
        if args.json:
            print(json.dumps({"error": line}, ensure_ascii=False))
        else:
            print(f"qorgan {self.name} {name}: {line}", file=sys.stderr)
        return code
