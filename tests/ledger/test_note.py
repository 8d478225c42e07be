"""Signed notes and checkpoints: whose signature counts, and what is not a note."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qorgan.ledger.checkpoint import LARGEST_SIZE, Checkpoint, Cosignature, open_checkpoint, sign
from qorgan.ledger.errors import NoteError
from qorgan.ledger.note import Algorithm, Signature, SignedNote, SigningKey, VerifierKey

# The example of the signed-note specification.
SPECIFIED_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPECIFIED_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)

# A checkpoint signed and cosigned by another implementation (aics-tlog 0.2.1) with invented keys.
LOG_KEY = "log.example/one+e420dc72+AdTxr3IrvXZuivQcX9fqgiT76GHHZ5dn05LTrtz57jhV"
WITNESS_KEY = "witness.example/w1+e0ee1745+BEwenFUZ7Jbfga3wVJlu+v28hVG7Y4yMRJrOoavC6ZRZ"
COSIGNED = (
    "log.example/one\n20852163\n2gOWPKELORsPMnyPhah7zUQnQGzzGXiSJsgmKNTUAUo=\n\n— log.example/one "
    "5CDcclCPhpM3jlu95wCPF+APaS3uI3lRn1s0Iz5/mb1yUquv+05hRP5c3W0StX5EPXttychaFkaNtJuqNo8XNMv8vAc=\n"
    "— witness.example/w1 4O4XRQAAAABpVbkA5R8V7O0Bs8ZC4p76dWdQ/KEpltBVZjMc"
    "+cRd0vEwxaD6Oq8wrYjKZJZfQae4gNRwIOaEfyZBtBmT9+s4adL4Cw==\n"
)

ORIGIN = "hub.example/log"
HEAD = Checkpoint(ORIGIN, 7, bytes(range(32)))


@pytest.fixture
def key() -> SigningKey:
    return SigningKey.generate(ORIGIN)


def replaced(note: SignedNote, place: int, signature: Signature) -> str:
    lines = list(note.signatures)
    lines[place] = signature
    return str(SignedNote(note.text, tuple(lines)))


def test_the_note_of_the_specification_is_believed() -> None:
    note = SignedNote.parse(SPECIFIED_NOTE)
    assert [key.name for key, _ in note.verified([VerifierKey.parse(SPECIFIED_KEY)])] == ["example.com/foo"]
    assert str(note) == SPECIFIED_NOTE


def test_a_witness_of_another_implementation_is_believed_with_its_time() -> None:
    opened = open_checkpoint(COSIGNED, [VerifierKey.parse(LOG_KEY), VerifierKey.parse(WITNESS_KEY)])
    assert opened.checkpoint.size == 20852163
    assert opened.cosignatures == (Cosignature("witness.example/w1", 1767225600),)
    assert str(opened.signer) == LOG_KEY


def test_a_witness_that_is_not_pinned_is_passed_over() -> None:
    assert open_checkpoint(COSIGNED, [VerifierKey.parse(LOG_KEY)]).cosignatures == ()


def test_a_witness_alone_does_not_speak_for_the_log() -> None:
    with pytest.raises(NoteError, match="None of the pinned keys"):
        open_checkpoint(COSIGNED, [VerifierKey.parse(WITNESS_KEY)])


@pytest.mark.clause("R48I.3")
def test_no_bit_of_a_cosigned_head_can_be_changed() -> None:
    keys = [VerifierKey.parse(LOG_KEY), VerifierKey.parse(WITNESS_KEY)]
    whole = COSIGNED.encode()
    whole_opened = open_checkpoint(COSIGNED, keys)
    for bit in range(8 * len(whole)):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            opened = open_checkpoint(changed.decode(), keys)
        except (NoteError, UnicodeDecodeError):
            continue
        # A change in a witness's name or key id makes it a stranger's line: it is lost, nothing else.
        assert opened.checkpoint == whole_opened.checkpoint
        assert opened.cosignatures == ()


def test_what_was_signed_is_believed_and_read_back(key: SigningKey) -> None:
    opened = open_checkpoint(str(sign(HEAD, [key])), [key.verifier])
    assert opened.checkpoint == HEAD
    assert opened.signer == key.verifier


def test_without_a_pinned_key_nothing_is_believed(key: SigningKey) -> None:
    with pytest.raises(NoteError, match="No key is pinned"):
        open_checkpoint(str(sign(HEAD, [key])), [])


def test_another_key_of_the_same_name_is_not_believed(key: SigningKey) -> None:
    with pytest.raises(NoteError, match="None of the pinned keys"):
        open_checkpoint(str(sign(HEAD, [key])), [SigningKey.generate(ORIGIN).verifier])


def test_a_key_pinned_for_one_log_does_not_vouch_for_another() -> None:
    other = SigningKey.generate("other.example/log")
    text = HEAD.text()
    note = SignedNote(text, (other.sign(text),))
    with pytest.raises(NoteError, match="None of the pinned keys"):
        open_checkpoint(str(note), [other.verifier])


def test_while_a_key_is_rotated_either_is_enough(key: SigningKey) -> None:
    new = SigningKey.generate(ORIGIN)
    note = str(sign(HEAD, [key, new]))
    for pinned in ([key.verifier], [new.verifier], [key.verifier, new.verifier]):
        assert open_checkpoint(note, pinned).checkpoint == HEAD


def test_a_false_line_of_a_pinned_key_spoils_the_note_though_another_holds(key: SigningKey) -> None:
    new = SigningKey.generate(ORIGIN)
    note = sign(HEAD, [key, new])
    false = Signature(ORIGIN, new.verifier.key_id, bytes(64))
    assert open_checkpoint(replaced(note, 1, false), [key.verifier]).checkpoint == HEAD
    with pytest.raises(NoteError, match="does not hold"):
        open_checkpoint(replaced(note, 1, false), [key.verifier, new.verifier])


def test_lines_of_unknown_keys_and_kinds_are_passed_over(key: SigningKey) -> None:
    note = sign(HEAD, [key])
    strange = Signature("stranger.example", b"\1\2\3\4", b"of some kind to come" * 200)
    assert open_checkpoint(str(SignedNote(note.text, (strange, *note.signatures))), [key.verifier])


def test_a_log_key_is_not_taken_for_a_witness_key(key: SigningKey) -> None:
    as_witness = VerifierKey(key.name, key.verifier.public, Algorithm.COSIGNATURE)
    assert as_witness.key_id != key.verifier.key_id
    with pytest.raises(NoteError):
        open_checkpoint(str(sign(HEAD, [key])), [as_witness])


@pytest.mark.parametrize("value", [b"", b"\0" * 8, b"\xff" * 8 + b"x" * 64, b"\0" * 71, b"\0" * 73])
def test_a_malformed_line_of_a_pinned_witness_is_refused(key: SigningKey, value: bytes) -> None:
    witness = VerifierKey(
        "w.example", Ed25519PrivateKey.generate().public_key().public_bytes_raw(), Algorithm.COSIGNATURE
    )
    note = sign(HEAD, [key])
    line = Signature(witness.name, witness.key_id, value)
    with pytest.raises(NoteError):
        open_checkpoint(str(SignedNote(note.text, (*note.signatures, line))), [key.verifier, witness])


def cosigned(private: Ed25519PrivateKey, witness: VerifierKey, seconds: int) -> Signature:
    """What a witness would add, were it to say such a time."""
    signed = private.sign(f"cosignature/v1\ntime {seconds}\n{HEAD.text()}".encode())
    return Signature(witness.name, witness.key_id, seconds.to_bytes(8, "big", signed=True) + signed)


@pytest.mark.parametrize(("seconds", "believed"), [(0, True), (2**63 - 1, True), (-1, False)])
def test_a_witness_may_say_any_time_but_one_before_1970(key: SigningKey, seconds: int, *, believed: bool) -> None:
    private = Ed25519PrivateKey.generate()
    witness = VerifierKey("w.example", private.public_key().public_bytes_raw(), Algorithm.COSIGNATURE)
    note = sign(HEAD, [key])
    text = str(SignedNote(note.text, (*note.signatures, cosigned(private, witness, seconds))))
    if believed:
        assert open_checkpoint(text, [key.verifier, witness]).cosignatures == (Cosignature("w.example", seconds),)
    else:
        with pytest.raises(NoteError, match="not a timestamped cosignature"):
            open_checkpoint(text, [key.verifier, witness])


def test_a_witness_of_the_logs_own_name_does_not_speak_for_the_log() -> None:
    private = Ed25519PrivateKey.generate()
    witness = VerifierKey(ORIGIN, private.public_key().public_bytes_raw(), Algorithm.COSIGNATURE)
    note = SignedNote(HEAD.text(), (cosigned(private, witness, 1767225600),))
    with pytest.raises(NoteError, match="None of the pinned keys"):
        open_checkpoint(str(note), [witness])


def test_a_signing_key_whose_id_was_changed_is_refused(key: SigningKey) -> None:
    with pytest.raises(NoteError, match="The id in the signing key"):
        SigningKey.parse(key.secret().replace(key.verifier.key_id.hex(), "00000000"))


def test_keys_are_read_back_from_their_text(key: SigningKey) -> None:
    assert VerifierKey.parse(str(key.verifier)) == key.verifier
    again = SigningKey.parse(key.secret())
    assert again.verifier == key.verifier
    assert again.sign("x\n") == key.sign("x\n")


def test_a_signing_key_does_not_show_itself_by_accident(key: SigningKey) -> None:
    seed = key.secret().split("+", 4)[4]  # base64 has plus signs of its own
    assert seed not in repr(key)
    with pytest.raises(NoteError) as refused:
        SigningKey.parse(key.secret()[:-8])
    assert key.secret()[20:-10] not in refused.value.diagnostics()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000",
        SPECIFIED_KEY.replace("530d903a", "530d903b"),
        SPECIFIED_KEY.replace("530d903a", "530D903A"),
        SPECIFIED_KEY.replace("example.com/foo", "example.com/bar"),
        SPECIFIED_KEY + "\n",
        SPECIFIED_KEY[:-4],
        SPECIFIED_KEY.replace("Aeky", "Aiky"),
        SPECIFIED_KEY.replace("+Aeky", "+Ae*y"),
        SPECIFIED_KEY.replace("example.com/foo", "example.com foo"),
        SPECIFIED_KEY.replace("example.com/foo", ""),
    ],
)
def test_what_is_not_a_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(text)


@pytest.mark.parametrize("text", ["", "PRIVATE+KEY+", SPECIFIED_KEY, "PRIVATE+KEY+a+00000000+AQ=="])
def test_what_is_not_a_signing_key_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        SigningKey.parse(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\nb", "a\tb"])
def test_a_name_with_spaces_or_a_plus_gets_no_key(name: str) -> None:
    with pytest.raises(NoteError):
        SigningKey.generate(name)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— a AAAAAAA=",
        "text\n\n- a AAAAAAA=\n",
        "text\n\n— a  AAAAAAA=\n",
        "text\n\n— a AAAAAAA= \n",
        "text\n\n— a AAAAAA\n",
        "text\n\n— a AAAAAAB=\n",
        "text\n\n— a AAAAAA==\n",
        "text\n\n— a+b AAAAAAA=\n",
        "text\n\n— a AAAAAAA=\n\n",
        "te\rxt\n\n— a AAAAAAA=\n",
        "te\0xt\n\n— a AAAAAAA=\n",
        "text\n\n" + "— a AAAAAAA=\n" * 65,
        "t" * (1 << 18) + "\n\n— a AAAAAAA=\n",
    ],
)
def test_what_is_not_a_note_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        SignedNote.parse(note)


def test_a_note_may_have_empty_lines_and_sixty_four_signatures() -> None:
    note = "one\n\ntwo\n\n" + "— a AAAAAAA=\n" * 64
    assert SignedNote.parse(note).text == "one\n\ntwo\n"
    assert str(SignedNote.parse(note)) == note


ROOT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n7\n",
        f"o\n7\n{ROOT}",
        f"\n7\n{ROOT}\n",
        f"o\n07\n{ROOT}\n",
        f"o\n+7\n{ROOT}\n",
        f"o\n-7\n{ROOT}\n",
        f"o\n٧\n{ROOT}\n",
        f"o\n7 \n{ROOT}\n",
        f"o\n{LARGEST_SIZE + 1}\n{ROOT}\n",
        f"o\n{'9' * 5000}\n{ROOT}\n",
        f"o\n7\n{ROOT[:-4]}\n",
        f"o\n7\n{ROOT[:-2]}9=\n",
        f"o\n7\n{ROOT}\n\n",
        f"o\n7\n{ROOT}\n\nmore\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


def test_a_checkpoint_of_another_log_may_carry_further_lines(key: SigningKey) -> None:
    head = Checkpoint(ORIGIN, 7, HEAD.root, ("one more", "and another"))
    assert open_checkpoint(str(sign(head, [key])), [key.verifier]).checkpoint == head


@pytest.mark.parametrize(
    "head", [Checkpoint("a\nb", 7, HEAD.root), Checkpoint("a", -1, HEAD.root), Checkpoint("a", 7, b"short")]
)
def test_a_checkpoint_that_could_not_be_read_back_is_not_signed(head: Checkpoint) -> None:
    with pytest.raises(NoteError):
        head.text()


def test_a_key_of_another_name_or_none_does_not_sign(key: SigningKey) -> None:
    with pytest.raises(NoteError):
        sign(HEAD, [key, SigningKey.generate("other.example/log")])
    with pytest.raises(NoteError):
        sign(HEAD, [])
