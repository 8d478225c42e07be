"""What a bank carries in: a wheel house and a Debian package, installed, upgraded and rolled back with no network."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qorgan import __version__
from qorgan.module.accounting import Counts
from qorgan.module.spool import Spool
from tests.module.spool.conftest import line

ROOT = Path(__file__).parents[3]
NEXT = "99.0.0"
TAKE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from qorgan import __version__
from qorgan.module.spool import Spool
spool = Spool.open(Path(sys.argv[1]), clock=lambda: datetime.now(UTC))
batch = spool.read_batch(10, 2**31)
spool.acknowledge(batch.range, b"{}")
print(__version__, len(batch.lines), spool.account().faults())
spool.close()
"""

pytestmark = [pytest.mark.products, pytest.mark.timeout(600)]


def run(*words: str | Path, **environment: str) -> str:
    done = subprocess.run(
        [str(word) for word in words],
        cwd=ROOT,
        env={**os.environ, "QORGAN_PYTHON": sys.executable, **environment},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def offline(*words: str | Path) -> str:
    """Run it where there is no network at all."""
    return run("unshare", "--net", "--map-root-user", *words, PIP_CONFIG_FILE=os.devnull)


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("package")
    run("tools/package.sh", folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def later(out, tmp_path_factory) -> Path:
    """The house of a later release: the same wheels, and ours under another version."""
    source = tmp_path_factory.mktemp("later-source")
    shutil.copytree(ROOT / "qorgan", source / "qorgan", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    module = source / "qorgan" / "__init__.py"
    module.write_text(module.read_text().replace(f'"{__version__}"', f'"{NEXT}"'))
    house = tmp_path_factory.mktemp("later") / "house"
    shutil.copytree(out / "house", house)
    next(house.glob("qorgan-*.whl")).unlink()
    uv = ROOT / ".local" / "uv" / "bin" / "uv"
    run(uv if uv.exists() else "uv", "build", "--quiet", "--wheel", "--out-dir", house, source)
    digest = hashlib.sha256(next(house.glob("qorgan-*.whl")).read_bytes()).hexdigest()
    listed = (house / "requirements.txt").read_text()
    ours = f"qorgan[module]=={NEXT} --hash=sha256:{digest}"
    (house / "requirements.txt").write_text(re.sub(r"qorgan\[module\]==\S+ --hash=\S+", ours, listed))
    (house / "VERSION").write_text(f"{NEXT}\n")
    return house


@pytest.fixture(scope="module")
def prefix(out, tmp_path_factory) -> Iterator[Path]:
    """Where this release is installed and runs."""
    folder = tmp_path_factory.mktemp("opt")
    assert __version__ in offline(out / "house" / "install.sh", out / "house", folder)
    yield folder
    shutil.rmtree(folder)


def test_a_wheel_that_is_not_the_one_of_the_release_is_refused_and_the_running_release_stays(out, prefix, tmp_path):
    house, running = tmp_path / "house", (prefix / "current").readlink()
    shutil.copytree(out / "house", house)
    (house / "VERSION").write_text("98.0.0\n")
    wheel = next(house.glob("h11-*.whl"))
    wheel.write_bytes(wheel.read_bytes() + b"x")
    with pytest.raises(AssertionError, match="DO NOT MATCH THE HASHES"):
        offline(house / "install.sh", house, prefix)
    assert (prefix / "current").readlink() == running
    assert (prefix / "current" / "bin" / "python").exists()


def test_an_upgrade_and_the_way_back_keep_the_backlog(prefix, later, tmp_path):
    state = tmp_path / "state"
    spool = Spool.open(state, clock=lambda: datetime.now(UTC))
    lines = [line(number) for number in range(1, 31)]
    spool.append(1, lines, source="log", position="", counts=Counts(read=30, became=30))
    spool.close()
    python = prefix / "current" / "bin" / "python"

    assert "export" in offline(prefix / "current" / "bin" / "qorgan", "module", "--help")
    assert run(python, "-I", "-c", TAKE, state).split() == [__version__, "10", "[]"]
    assert NEXT in offline(later / "install.sh", later, prefix)
    assert run(python, "-I", "-c", TAKE, state).split() == [NEXT, "10", "[]"]
    assert __version__ in offline(later / "install.sh", "--back", prefix)
    assert run(python, "-I", "-c", TAKE, state).split() == [__version__, "10", "[]"]
    assert NEXT in offline(later / "install.sh", "--back", prefix)


def test_the_debian_package_holds_the_house_the_unit_and_no_state(out, tmp_path):
    (package,) = out.glob("qorgan-module_*.deb")
    said = run("dpkg-deb", "--info", package)
    assert f"Version: {__version__}" in said
    run("dpkg-deb", "--extract", package, tmp_path)
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    for unit in ("qorgan-module.service", "qorgan-module-desk.service"):
        assert f"usr/lib/systemd/system/{unit}" in files
    assert not any(name.startswith(("var/", "etc/", "opt/")) for name in files)
    house = tmp_path / "usr" / "share" / "qorgan-module" / "house"
    offline(house / "install.sh", house, tmp_path / "opt")
    assert "import-receipts" in offline(tmp_path / "opt" / "current" / "bin" / "qorgan", "module", "--help")
    # What the desk needs is in the house too: its words, the fonts of letters, and the library that writes them.
    words = "from qorgan.module.commands import falling_back\nfrom qorgan.module.fallback import language as said"
    said = f"{words}\nwith said.speaking('ru'): print(said.translated('Sign in'))"
    assert run(tmp_path / "opt" / "current" / "bin" / "python", "-I", "-c", said).strip() == "Войти"
