"""Anybody can follow the ledger over HTTP, and it is the tree the receipts speak of (R48I.3)."""

from __future__ import annotations

import hashlib

import pytest

from qorgan.ledger.checkpoint import open_checkpoint
from qorgan.ledger.entry import entry_hash
from qorgan.ledger.note import VerifierKey
from qorgan.ledger.tiles import Bundle, TileReader, bundle_entries, tile_at, tile_hashes, tiles_of
from qorgan.ledger.tree import consistency_proof, leaf_hash, root, verify_consistency
from qorgan.wire.batch import SequenceRange


class Log:
    """A reader that knows nothing but the address."""

    def __init__(self, client, prefix="/ledger/"):
        self.client = client
        self.prefix = prefix

    def key(self):
        return [VerifierKey.parse(line) for line in self.client.get("/ledger/key").text.splitlines()]

    def head(self):
        return open_checkpoint(self.client.get(f"{self.prefix}checkpoint").text, self.key()).checkpoint

    def fetch(self, tile):
        answer = self.client.get(self.prefix + tile.path)
        assert answer.status_code == 200
        return answer.content

    def root(self, size):
        return root(size, TileReader(size, self.fetch))


@pytest.mark.clause("R48I.3")
def test_the_tiles_make_the_tree_that_the_checkpoint_signs(intake, a_signal):
    module = intake.enrol()
    log = Log(intake.client)
    assert log.head().size == 0
    receipts = [module.receipt(module.send([a_signal(number)]), [a_signal(number)]) for number in range(1, 6)]
    head = log.head()
    assert (head.size, head.root) == (5, log.root(5))
    bundle = intake.client.get(f"/ledger/{Bundle(0, 5).path}").content
    assert bundle_entries(bundle, 5) == [entry_hash(receipt.entry) for receipt in receipts]
    leaves = tile_hashes(log.fetch(tile_at(0, 0, 5)), 5)
    assert leaves == [leaf_hash(entry) for entry in bundle_entries(bundle, 5)]


@pytest.mark.clause("R48I.3")
def test_a_log_of_several_tiles_is_consistent_with_every_earlier_head(intake, a_signal):
    module = intake.enrol()
    heads = []
    for number in range(1, 270):
        assert module.send([], SequenceRange(number, number)).status_code == 200
        if number in {1, 100, 255, 256, 257}:
            heads.append(Log(intake.client).head())
    log = Log(intake.client)
    last = log.head()
    assert last.size == 269
    assert last.root == log.root(269)
    assert [tile.path for tile in tiles_of(269)] == ["tile/0/000", "tile/0/001.p/13", "tile/1/000.p/1"]
    for head in heads:
        proof = consistency_proof(head.size, last.size, TileReader(last.size, log.fetch))
        verify_consistency(head.size, last.size, proof, head.root, last.root)


@pytest.mark.parametrize(
    "path",
    ["tile/0/000.p/3", "tile/0/000", "tile/1/000", "tile/entries/000.p/4", "tile/0/0", "tile/x/000", "tile/0/001"],
)
def test_what_is_not_there_yet_is_not_found(intake, a_signal, path):
    module = intake.enrol()
    for number in (1, 2):
        module.send([a_signal(number)])
    assert intake.client.get(f"/ledger/{path}").status_code == 404
    assert intake.client.get("/ledger/7/checkpoint").status_code == 404
    assert intake.client.get("/ledger/tile/0/000.p/2").status_code == 200


@pytest.mark.clause("R67.4")
def test_nothing_published_names_an_institution(intake, a_signal):
    module = intake.enrol()
    receipt = module.receipt(module.send([a_signal(1)]), [a_signal(1)])
    published = b"".join(
        intake.client.get(f"/ledger/{path}").content
        for path in ("checkpoint", "key", "tile/0/000.p/1", "tile/entries/000.p/1")
    )
    for secret in (receipt.entry.organisation, receipt.entry.module, receipt.entry.digest):
        assert secret.encode() not in published
        assert hashlib.sha256(secret.encode()).digest() not in published


def test_health_says_how_far_the_ledger_has_come(intake, a_signal):
    intake.enrol().send([a_signal(1)])
    said = intake.client.get("/health").json()
    assert (said["status"], said["ledger"]) == ("ok", {"origin": "asoi.example/test", "epoch": 0, "size": 1})
