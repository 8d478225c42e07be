"""Another implementation believes what our log proves: sigstore-python's Merkle and checkpoint verification."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import verify_checkpoint
from sigstore._internal.trust import Keyring
from sigstore.errors import VerificationError
from sigstore.models import TransparencyLogEntry
from sigstore_models.common import v1 as common
from sigstore_models.rekor import v1 as rekor

from qorgan.ledger import tree
from qorgan.ledger.checkpoint import Checkpoint, sign
from qorgan.ledger.entry import entry_hash
from qorgan.ledger.frontier import Frontier
from qorgan.ledger.note import SigningKey
from qorgan.ledger.receipt import Receipt

clause = pytest.mark.clause("R48I.3")


def base64_of(data: bytes) -> bytes:
    return base64.b64encode(data)


def theirs(entry: bytes, index: int, size: int, proof: list[bytes], note: str, key: SigningKey) -> TransparencyLogEntry:
    """Our proof in the types of the other implementation. It finds a key by the key id of the note's line."""
    root = Checkpoint.parse(note.rpartition("\n\n")[0] + "\n").root
    inner = rekor.TransparencyLogEntry(
        log_index=str(index),
        log_id=common.LogId(key_id=base64_of(key.verifier.key_id)),
        kind_version=rekor.KindVersion(kind="qorgan", version="1"),
        inclusion_proof=rekor.InclusionProof(
            log_index=str(index),
            root_hash=base64_of(root),
            tree_size=str(size),
            hashes=[base64_of(one) for one in proof],
            checkpoint=rekor.Checkpoint(envelope=note),
        ),
        canonicalized_body=base64_of(entry),
    )
    return TransparencyLogEntry(inner)


def keyring(key: SigningKey) -> Keyring:
    public = Ed25519PublicKey.from_public_bytes(key.verifier.public)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    details = common.PublicKeyDetails.PKIX_ED25519
    return Keyring([common.PublicKey(raw_bytes=base64_of(der), key_details=details)])


@clause
def test_it_believes_every_inclusion_in_trees_of_every_size_to_sixty_four() -> None:
    key = SigningKey.generate("hub.example/log")
    entries = [bytes([number]) * 32 for number in range(64)]
    hashes = dict(Frontier().grow(tree.leaf_hashes(entries)).completed)
    for size in range(1, 65):
        root = tree.root(size, lambda nodes: [hashes[node] for node in nodes])
        note = str(sign(Checkpoint(key.name, size, root), [key]))
        for index in range(size):
            proof = tree.inclusion_proof(index, size, lambda nodes: [hashes[node] for node in nodes])
            verify_merkle_inclusion(theirs(entries[index], index, size, proof, note, key))


@clause
def test_it_believes_a_receipt_and_its_signed_head(log, records) -> None:
    receipt = log.receive(records)
    entry = as_theirs(receipt, log.key)
    verify_merkle_inclusion(entry)
    verify_checkpoint(keyring(log.key), entry)


@clause
def test_it_refuses_what_we_refuse(log, records) -> None:
    receipt = log.receive(records)
    entry = as_theirs(receipt, log.key)
    with pytest.raises(VerificationError):
        verify_checkpoint(keyring(SigningKey.generate(log.key.name)), entry)
    entry._inner.inclusion_proof.hashes.reverse()
    with pytest.raises(VerificationError):
        verify_merkle_inclusion(entry)


def as_theirs(receipt: Receipt, key: SigningKey) -> TransparencyLogEntry:
    proof = [base64.b64decode(one) for one in receipt.inclusion]
    return theirs(entry_hash(receipt.entry), receipt.index, receipt.index + 1, proof, receipt.checkpoint, key)
