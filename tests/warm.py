"""Processes of the hub that start warm: forked from one that has imported what they need, and told what to be.

A process forked here runs the same `main` as `python -m` would. Only the imports of libraries are behind it already:
most of the seconds that a portal takes to start. `tests/hub/run` starts whole hubs cold, as they are in life.
"""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from multiprocessing.context import ForkServerProcess

_FORKING: Final = get_context("forkserver")
_FORKING.set_forkserver_preload(["tests.warm_imports"])


class _Handed:
    """An open file on its way to the process: it goes over when the process starts, and arrives as a number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[Any, ...]:
        return _arrived, (DupFd(self._number),)


def _arrived(file: Any) -> str:
    return str(file.detach())


@contextmanager
def warm(
    module: str, arguments: Sequence[str | int], environment: Mapping[str, str], log: Path
) -> Iterator[ForkServerProcess]:
    """Run the `main` of a module with arguments, of which numbers are open files, and end it at the end.

    What it says goes to `log`.
    """
    given = [_Handed(one) if isinstance(one, int) else one for one in arguments]
    process = _FORKING.Process(target=_run, args=(module, given, dict(environment), log))
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join(20)
        if process.exitcode is None:
            process.kill()
            process.join()


def _run(module: str, arguments: list[str], environment: dict[str, str], log: Path) -> None:
    with log.open("wb") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    sys.exit(importlib.import_module(module).main(arguments))
