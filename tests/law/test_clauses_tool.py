"""The tool that joins clauses with code, tests and pages, on a small project made for each test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qorgan.law.register import clauses as register
from tools import clauses

ROOT = Path(__file__).resolve().parents[2]
CLAIMED = sorted(row.id for row in register().values() if row.claimed)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in which every claim holds."""
    write(tmp_path / "qorgan/hub/all.py", "\n".join(f"# keeps {clause_id}" for clause_id in CLAIMED))
    marks = "".join(f'@pytest.mark.clause("{clause_id}")\n' for clause_id in CLAIMED)
    write(tmp_path / "tests/hub/test_all.py", f"import pytest\n\n{marks}def test_all():\n    pass\n")
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def problems(project: Path) -> list[str]:
    found = clauses.find_anchors(project)
    return found.wrong + clauses.broken_claims(found)


def test_a_project_that_keeps_its_claims_has_no_problem(project: Path) -> None:
    assert problems(project) == []


def test_a_reference_is_told_with_its_line(project: Path) -> None:
    write(project / "qorgan/module/waf.py", '"""A WAF.\n\nSignal R67.8.2, found by R67.8.1 too."""\n')
    found = clauses.find_anchors(project)
    assert "qorgan/module/waf.py:3" in map(str, found.code["R67.8.2"])
    assert "qorgan/module/waf.py:3" in map(str, found.code["R67.8.1"])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("kept by R67.13.", {"R67.13"}),
        ("R67.8.1..8", {"R67.8.1"}),
        ("(R48.31-1), R48.156-1;", {"R48.31-1", "R48.156-1"}),
        ("R48I.3-fallback after R48I.3", {"R48I.3-fallback", "R48I.3"}),
        ("`D26.third-party`", {"D26.third-party"}),
        ("the whole of R67.8 and R67.3", set()),
        ("XR67.13 R67,13 R67", set()),
    ],
)
def test_ids_are_read_exactly(tmp_path: Path, text: str, named: set[str]) -> None:
    write(tmp_path / "qorgan/a.py", f"# {text}")
    found = clauses.find_anchors(tmp_path)
    assert {clause_id for clause_id, places in found.code.items() if places} == named
    assert found.wrong == []


@pytest.mark.parametrize("text", ["R67.31", "R67.8.9", "R67.1", "R67.8.1-3", "D26.jurnal", "R48I.3-receipt"])
def test_an_id_that_is_no_clause_is_named_with_its_place(project: Path, text: str) -> None:
    write(project / "qorgan/a.toml", f'\nclause = "{text}"\n')
    assert problems(project) == [
        f"qorgan/a.toml:2 names {text}, which is no clause of the register; write each id in full"
    ]


def test_the_register_itself_and_readmes_are_no_code(project: Path) -> None:
    write(project / "qorgan/law/register/asoi.toml", 'id = "R57.12"')
    write(project / "qorgan/hub/README.md", "Clauses: R57.12")
    assert clauses.find_anchors(project).code["R57.12"] == []


@pytest.mark.parametrize("lost", CLAIMED)
def test_a_claim_without_code_or_without_a_test_is_broken(project: Path, lost: str) -> None:
    code, test = project / "qorgan/hub/all.py", project / "tests/hub/test_all.py"
    with_code, with_test = code.read_text(), test.read_text()
    code.write_text(with_code.replace(f"{lost}\n", "\n") if f"{lost}\n" in with_code else with_code.removesuffix(lost))
    assert problems(project) == [f"{lost} is claimed, but no code outside qorgan/law names it"]
    code.write_text(with_code)
    test.write_text(with_test.replace(f'@pytest.mark.clause("{lost}")\n', ""))
    assert problems(project) == [f"{lost} is claimed, but no test outside tests/law is marked with it"]


def test_a_row_of_the_law_proves_no_claim(project: Path) -> None:
    for folder in ("qorgan", "tests"):
        (project / folder / "hub").rename(project / folder / "law")
    assert len(problems(project)) == 2 * len(CLAIMED)


def test_markers_are_found_on_functions_classes_modules_and_parameters(tmp_path: Path) -> None:
    write(
        tmp_path / "tests/test_a.py",
        """
import pytest
pytestmark = [pytest.mark.clause("R67.9")]

@pytest.mark.clause("R67.2")
class TestHub:
    @pytest.mark.clause("R67.4")
    async def test_reads_its_own(self): ...

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.clause("R67.7"))])
def test_enrols(x): ...
""",
    )
    found = clauses.find_anchors(tmp_path)
    names = {clause_id: [place.owner for place in places] for clause_id, places in found.tests.items()}
    assert names == {
        "R67.9": [""],
        "R67.2": ["TestHub"],
        "R67.4": ["TestHub.test_reads_its_own"],
        "R67.7": ["test_enrols"],
    }


@pytest.mark.parametrize("argument", ['"R67.99"', '"R67.8"', "A_CLAUSE", 'f"R67.{n}"'])
def test_a_marker_with_no_clauses_literal_id_is_a_problem(project: Path, argument: str) -> None:
    write(project / "tests/test_a.py", f"import pytest\n@pytest.mark.clause({argument})\ndef test_a(): ...\n")
    (problem,) = problems(project)
    assert problem.startswith("tests/test_a.py:2 test_a is marked with ")


def test_a_marker_inside_a_string_is_no_marker(project: Path) -> None:
    write(project / "tests/test_a.py", "text = '@pytest.mark.clause(\"R67.99\")'\n")
    assert problems(project) == []


def test_the_page_is_stale_until_it_is_written_and_after_a_change(project: Path) -> None:
    page = project / "docs/clauses.md"
    assert clauses.is_stale(clauses.find_anchors(project), project)
    write(page, clauses.page(clauses.find_anchors(project)))
    assert not clauses.is_stale(clauses.find_anchors(project), project)
    write(project / "qorgan/hub/more.py", "# R67.13")
    assert clauses.is_stale(clauses.find_anchors(project), project)


def test_the_page_does_not_go_stale_when_lines_move(project: Path) -> None:
    before = clauses.page(clauses.find_anchors(project))
    code = project / "qorgan/hub/all.py"
    code.write_text("\n\n" + code.read_text())
    assert clauses.page(clauses.find_anchors(project)) == before


def test_the_page_names_the_test_and_the_function_or_class(project: Path) -> None:
    deed = "class Deed:\n    # R67.10\n\n    @property\n    def done(self):  # R67.14\n        ...\n"
    write(project / "qorgan/hub/deeds.py", f'"""Keeps R67.13."""\n\n{deed}')
    write(project / "qorgan/hub/deeds.sql", "-- R67.13")
    page = clauses.page(clauses.find_anchors(project))
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in page.splitlines() if line.startswith("| R67.")}
    assert "`tests/hub/test_all.py::test_all`" in rows["R67.2"]
    assert "| `qorgan/hub/deeds.py`<br>`qorgan/hub/deeds.sql` |" in rows["R67.13"].replace(
        "`qorgan/hub/all.py`<br>", ""
    )
    assert "`qorgan/hub/deeds.py::Deed` |" in rows["R67.10"]
    assert "`qorgan/hub/deeds.py::Deed.done` |" in rows["R67.14"]


def test_the_page_names_every_clause_and_how_far_a_claim_reaches(project: Path) -> None:
    page = clauses.page(clauses.find_anchors(project))
    assert all(f"| {clause_id} | " in page for clause_id in register())
    assert "claimed: the hub: the way through ASOI, and the receipt" in page
    assert page.count("not built yet") == len(register()) - len(CLAIMED)


def test_the_command_line_tells_one_clause_and_refuses_an_unknown_one() -> None:
    command = [sys.executable, "tools/clauses.py", "--clause"]
    told = subprocess.run([*command, "R57.12"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "machine translation without legal force" in told.stdout
    assert "In force from 2024-08-20 to further notice" in told.stdout
    refused = subprocess.run([*command, "R57.16"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith("no clause 'R57.16' in the register; of R57 it has R57.3.1")
