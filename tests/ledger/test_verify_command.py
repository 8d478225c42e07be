"""`qorgan verify` as a person runs it: files in, one line and an exit code out."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from qorgan.ledger import cli
from qorgan.ledger.note import SigningKey
from qorgan.ledger.receipt import RecordReceipt, prove_record, write

clause = pytest.mark.clause("R48I.3")


@pytest.fixture
def files(tmp_path: Path, log, records, document) -> Path:
    receipt = log.receive(records)
    narrowed = RecordReceipt(receipt=receipt, record=prove_record(records, 2))
    (tmp_path / "receipt.json").write_bytes(write(receipt))
    (tmp_path / "record-receipt.json").write_bytes(write(narrowed))
    (tmp_path / "document.ndjson").write_bytes(document)
    (tmp_path / "record.json").write_bytes(records[2] + b"\n")
    (tmp_path / "log.key").write_text(f"# pinned at enrolment\n\n{log.key.verifier}\n")
    (tmp_path / "empty.key").write_text("# none yet\n")
    (tmp_path / "bad.key").write_bytes(b"\xff\n")
    return tmp_path


def run(folder: Path, *words: str) -> int:
    """Run `qorgan verify` with words that name files of the folder where there are such."""
    parser = argparse.ArgumentParser(prog="qorgan")
    cli.register(parser.add_subparsers())
    paths = [str(folder / word) if "." in word and (folder / word).exists() else word for word in words]
    args = parser.parse_args(["verify", *paths])
    return int(args.run(args))


@clause
def test_a_receipt_is_proven_with_a_key_or_with_a_file_of_keys(files: Path, log, capsys) -> None:
    for key in (str(log.key.verifier), "log.key"):
        assert run(files, "receipt.json", "document.ndjson", "--key", key) == 0
        printed = capsys.readouterr()
        assert printed.out.startswith("Proven: the document is entry 6 of hub.example/log, in its head of 7.\n")
        assert "received_at: 2026-03-01T09:30:00.000000Z" in printed.out
        assert printed.err == ""


@clause
def test_the_receipt_of_one_record_is_proven_with_its_line(files: Path, capsys) -> None:
    assert run(files, "record-receipt.json", "record.json", "--key", "log.key") == 0
    assert "Proven: record 2 of the batch is entry 6" in capsys.readouterr().out


def test_machines_get_one_json_object(files: Path, log, capsys) -> None:
    assert run(files, "receipt.json", "document.ndjson", "--key", "log.key", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["verified"], said["index"], said["signer"]) == (True, 6, str(log.key.verifier))
    assert said["entry"]["organisation"] == "000140000017"
    assert run(files, "receipt.json", "record.json", "--key", "log.key", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["verified"], said["step"]) == (False, 2)


@clause
def test_a_failed_proof_is_one_line_with_its_step_and_exit_code_1(files: Path, capsys) -> None:
    stranger = str(SigningKey.generate("hub.example/log").verifier)
    for document, key, said in [
        ("record.json", "log.key", "Step 2 of 4 (document)"),
        ("document.ndjson", stranger, "Step 4 of 4 (signature)"),
    ]:
        assert run(files, "receipt.json", document, "--key", key) == 1
        printed = capsys.readouterr()
        assert said in printed.err
        assert printed.err.count("\n") == 1
        assert printed.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ("missing.json", "document.ndjson", "--key", "log.key"),
        ("receipt.json", "missing.ndjson", "--key", "log.key"),
        ("document.ndjson", "document.ndjson", "--key", "log.key"),
        ("receipt.json", "document.ndjson", "--key", "empty.key"),
        ("receipt.json", "document.ndjson", "--key", "bad.key"),
        ("receipt.json", "document.ndjson", "--key", "document.ndjson"),
        ("receipt.json", "document.ndjson", "--key", "no/such/file"),
        ("receipt.json", "document.ndjson", "--key", "hub.example/log+00000000+" + "A" * 300),
    ],
)
def test_input_that_cannot_be_used_is_one_line_with_a_remedy_and_exit_code_2(files: Path, words, capsys) -> None:
    assert run(files, *words) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("qorgan verify: ")
    assert printed.err.count("\n") == 1
    assert run(files, *words, "--json") == 2
    assert json.loads(capsys.readouterr().out)["verified"] is False


def test_the_help_says_what_to_give_and_what_the_exit_codes_mean(capsys) -> None:
    with pytest.raises(SystemExit) as left:
        run(Path(), "--help")
    assert left.value.code == 0
    said = capsys.readouterr().out
    for word in ("RECEIPT", "DOCUMENT", "--key", "--json", "Exit code"):
        assert word in said
