"""A small hub that speaks the real contract with the real ledger, and that can be told to misbehave.

It keeps everything in memory, so that a test can ask what arrived. The hub itself is tried in
`tests/module/run/test_with_the_real_hub.py`; what it must never do, only this one can do.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from qorgan.ledger import checkpoint
from qorgan.ledger.canonical import from_base64
from qorgan.ledger.checkpoint import Checkpoint
from qorgan.ledger.entry import SignalsEntry, entry_leaf, instant, records_digest
from qorgan.ledger.frontier import Frontier
from qorgan.ledger.note import SigningKey
from qorgan.ledger.receipt import Receipt, issue
from qorgan.wire import batch, parcel, record, reply, signature
from qorgan.wire.enrolment import (
    ENROLMENTS_PATH,
    HEARTBEATS_PATH,
    KEYS_PATH,
    Enrolled,
    EnrolmentRequest,
    Heartbeat,
    HeartbeatReply,
    KeyRotated,
    KeyRotation,
    enrolment_statement,
    is_proven,
    new_code,
    rotation_statement,
)
from qorgan.wire.package import KEY_PATH as SEALING_KEY_PATH
from qorgan.wire.package import key_note
from qorgan.wire.packs import PACKS_PATH, PackSet, PacksOffered, PacksWanted

ORIGIN = "centre.example/asoi"
BIN = "111140000018"


class Said(Exception):
    """A problem to answer with."""

    def __init__(self, code: str, *, expected: int | None = None, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.problem = reply.problem(code, expected=expected)
        self.retry_after = retry_after


class Centre:
    """One hub with one module."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.key = SigningKey.generate(ORIGIN)
        self.sealing = X25519PrivateKey.generate()
        self.module = str(uuid.uuid4())
        self.module_keys: dict[str, Ed25519PublicKey] = {}
        self.codes: set[str] = set()
        self.high_water = 0
        self.lines: dict[int, bytes] = {}
        """What was taken, by number."""
        self.taken: dict[tuple[int, int], tuple[str, bytes]] = {}
        self.frontier = Frontier()
        self.heartbeats: list[Heartbeat] = []
        self.heads: list[str] = []
        """Checkpoints that the module showed, in order."""
        self.requests: list[str] = []
        self.revoked = False
        self.packs: PackSet | None = None
        """The set of rule packs to offer, and its number."""
        self.packs_number = 0
        self.before: Callable[[str], None] = lambda _path: None
        """Called with the path of each request; may raise Said, or anything else to break the connection."""
        self.twist: Callable[[Receipt, SignalsEntry], Receipt] = lambda receipt, _entry: receipt
        """Changes a receipt on its way out."""
        self.forge: Callable[[SignalsEntry], SignalsEntry] = lambda entry: entry
        """Changes an entry before it is logged: what is logged then is true, but of something else."""
        self.refuse: Callable[[int], bool] = lambda _number: False
        """Which records are refused."""
        self.lose_answer: Callable[[], bool] = lambda: False
        """Whether to break the connection after a batch was taken."""
        self.clock = lambda: datetime.now(UTC)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def code(self) -> str:
        made = new_code(str(self.key.verifier))
        self.codes.add(made)
        return made

    def forget_from(self, number: int) -> None:
        """Be a hub that was restored from a backup older than this number."""
        with self.lock:
            self.high_water = number - 1
            self.lines = {known: line for known, line in self.lines.items() if known < number}
            self.taken = {known: what for known, what in self.taken.items() if known[1] < number}

    def ids(self) -> list[str]:
        """Ids of everything that was taken, in the order of the numbers."""
        with self.lock:
            return [record.decode(self.lines[number]).id for number in sorted(self.lines)]

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
        self.requests.append(path)
        self.before(path)
        anybodys = {
            "/ledger/key": lambda: str(self.key.verifier).encode(),
            SEALING_KEY_PATH: lambda: key_note(self.sealing.public_key().public_bytes_raw(), self.key).encode(),
            parcel.PATH: lambda: self.carry(body),
            ENROLMENTS_PATH: lambda: msgspec.json.encode(self.enrol(msgspec.json.decode(body, type=EnrolmentRequest))),
        }
        return anybodys[path]() if path in anybodys else self.answer_proven(method, path, headers, body)

    def answer_proven(self, method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
        try:
            known = signature.verify(
                method, path, headers, body, keys=self.module_keys, audience=ORIGIN, now=self.clock()
            )
        except signature.SignatureRefused:
            raise Said("not-recognised") from None
        if self.revoked:
            raise Said("revoked")
        self.remember(headers)
        if path == KEYS_PATH:
            return msgspec.json.encode(self.rotate(known, msgspec.json.decode(body, type=KeyRotation)))
        if path == HEARTBEATS_PATH:
            try:
                self.heartbeats.append(msgspec.json.decode(body, type=Heartbeat))
            except msgspec.ValidationError:
                raise Said("bad-request") from None
            return msgspec.json.encode(HeartbeatReply(expected=self.high_water + 1))
        if path == PACKS_PATH:
            return self.offer(msgspec.json.decode(body, type=PacksWanted).have)
        assert path == batch.PATH
        with self.lock:
            answer = self.take(batch.parse_range(headers["qorgan-sequence"]), body)
        if self.lose_answer():
            raise ConnectionAbortedError
        return answer

    def carry(self, file: bytes) -> bytes:
        try:
            found = parcel.open_sealed(file, self.sealing, ORIGIN)
        except parcel.ParcelRefused:
            raise Said("not-recognised") from None
        headers = {name.lower(): value for name, value in found.headers.items()}
        return self.answer("POST", batch.PATH, headers, found.body)

    def remember(self, headers: dict[str, str]) -> None:
        head = headers.get(signature.KNOWN_CHECKPOINT.lower())
        if head:
            self.heads.append(from_base64(head).decode())

    def offer(self, have: int) -> bytes:
        return msgspec.json.encode(PacksOffered(packs=self.packs if self.packs_number > have else None))

    def enrol(self, asked: EnrolmentRequest) -> Enrolled:
        if asked.code not in self.codes:
            raise Said("bad-code")
        assert is_proven(asked.public_key, asked.proof, enrolment_statement(asked.code, asked.public_key))
        self.codes.remove(asked.code)
        return Enrolled(
            module=self.module,
            key=self._learn(asked.public_key),
            organisation=BIN,
            organisation_name="Specimen Bank",
            audience=ORIGIN,
            hub_key=str(self.key.verifier),
            expected=self.high_water + 1,
        )

    def rotate(self, old: str, asked: KeyRotation) -> KeyRotated:
        statement = rotation_statement(self.module, old, asked.public_key)
        assert is_proven(asked.public_key, asked.proof, statement)
        return KeyRotated(key=self._learn(asked.public_key))

    def take(self, said: batch.SequenceRange, body: bytes) -> bytes:
        lines = batch.split(batch.unpack(body))
        numbers = [record.decode(line).sequence for line in lines]
        assert numbers == sorted(set(numbers))
        assert said.first <= numbers[0] <= numbers[-1] <= said.last
        digest = records_digest(lines)
        expected = self.high_water + 1
        if said.first > expected:
            raise Said("sequence-gap", expected=expected)
        if said.first < expected:
            known = self.taken.get((said.first, said.last))
            if known is not None and known[0] == digest:
                return known[1]
            code = "sequence-overlap" if said.last >= expected else "sequence-conflict"
            raise Said(code, expected=expected)
        refused = [index for index, number in enumerate(numbers) if self.refuse(number)]
        for index, (number, line) in enumerate(zip(numbers, lines, strict=True)):
            if index not in refused:
                assert number not in self.lines, "taken twice"
                self.lines[number] = line
        accepted = [line for index, line in enumerate(lines) if index not in refused]
        answer = self._reply(said, accepted, refused)
        self.high_water = said.last
        self.taken[said.first, said.last] = (digest, answer)
        return answer

    def _reply(self, said: batch.SequenceRange, accepted: list[bytes], refused: list[int]) -> bytes:
        entry = SignalsEntry(
            module=self.module,
            organisation=BIN,
            first=said.first,
            last=said.last,
            records=len(accepted),
            refused=len(refused),
            digest=records_digest(accepted),
            received_at=instant(self.clock()),
        )
        entry = self.forge(entry)
        inclusion = self.frontier.inclusion_of_next()
        self.frontier = self.frontier.append(entry_leaf(entry))
        note = checkpoint.sign(Checkpoint(ORIGIN, self.frontier.size, self.frontier.root()), [self.key])
        receipt = self.twist(issue(entry, self.frontier.size - 1, inclusion, note), entry)
        problem = reply.refused_records(
            tuple(reply.RecordRefusal(index=index, field="record", reason="is not wanted") for index in refused)
        )
        return msgspec.json.encode(reply.BatchReply(receipt=receipt, problem=problem if refused else None))

    def _learn(self, public_key: str) -> str:
        raw = from_base64(public_key)
        name = signature.key_id(raw)
        self.module_keys = {name: Ed25519PublicKey.from_public_bytes(raw)}
        return name


def _handler(centre: Centre) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers["Content-Length"])))

        def _serve(self, body: bytes) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                self._send(200, centre.answer(self.command, self.path, headers, body))
            except Said as said:
                self._send(said.problem.status, msgspec.json.encode(said.problem), said.retry_after)
            except OSError:
                self.close_connection = True

        def _send(self, status: int, body: bytes, retry_after: int | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if retry_after is not None:
                self.send_header("Retry-After", str(retry_after))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Tests say enough."""

    return Handler
