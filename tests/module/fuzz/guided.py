"""Coverage-guided fuzzing of the whole way by Atheris: `python -m tests.module.fuzz.guided SECONDS FOLDER`.

What it finds new goes into FOLDER, from which it goes on the next time; a record that breaks something is written
below FOLDER/found, and the exit code is not 0.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["qorgan.module", "qorgan.personal", "qorgan.wire"]):
    from qorgan.module.formats.framing import MAX_LINE
    from tests.module.fuzz.seeds import MARKS, seeds
    from tests.module.fuzz.whole import Whole

_LONGEST = 4_096
_SLOWEST = 20
"""Seconds after which a record counts as one that hangs."""
_PACE = 300
"""Records a second of a quiet machine. A busy one is given longer, so that it gets past the seeds."""
_LONGER = 90


def main() -> None:
    seconds, folder = int(sys.argv[1]), Path(sys.argv[2])
    for name in ("corpus", "found", "seeds"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for record in seeds():
        (folder / "seeds" / hashlib.sha256(record).hexdigest()[:16]).write_bytes(record)
    (folder / "marks").write_text("".join(map(_quoted, MARKS)))
    whole = Whole()

    def one(record: bytes) -> None:
        record = record[:MAX_LINE]
        whole.ask_every_format(record)
        whole.take_in_time(record)

    options = [
        *(f"-runs={seconds * _PACE}", f"-max_total_time={seconds + _LONGER}", f"-max_len={_LONGEST}"),
        *(f"-timeout={_SLOWEST}", "-rss_limit_mb=1024"),
        *(f"-dict={folder / 'marks'}", f"-artifact_prefix={folder / 'found'}/", "-print_final_stats=1"),
    ]
    atheris.Setup([sys.argv[0], *options, str(folder / "corpus"), str(folder / "seeds")], one)
    atheris.Fuzz()


def _quoted(mark: bytes) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in mark) + '"\n'


if __name__ == "__main__":
    main()
