"""`qorgan module desk`, `desk-person` and `receipt`: what people do on the day ASOI is away (R48I.3-fallback)."""

from __future__ import annotations

import argparse
import getpass
import logging
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import TypeVar

from qorgan.module import enrolment
from qorgan.module.commands.outcome import CommandRefused, Outcome
from qorgan.module.config import Config, load
from qorgan.module.fallback import packing, people
from qorgan.module.fallback.desk.desk import Desk
from qorgan.module.fallback.desk.sayings import said
from qorgan.module.fallback.desk.server import serve
from qorgan.module.fallback.language import speaking
from qorgan.module.fallback.people import Person
from qorgan.module.fallback.refusal import Refused
from qorgan.module.fallback.store import Store
from qorgan.module.run import now
from qorgan.wire.package import MAX_SIZE

T = TypeVar("T")


def desk(args: argparse.Namespace) -> Outcome:
    """Open the desk on this machine until told to stop."""
    config = load(args.config)
    enrolment.speaker(config.folder)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    store = Store(config.folder, config.keys_at)
    if {one.role for one in people.living(store)} != {"maker", "head"}:
        raise CommandRefused(
            "the desk needs one who drafts and one who agrees; add both with `qorgan module desk-person`"
        )
    host, port = config.fallback.desk_place()
    try:
        server = serve(host, port, Desk(config, store, partial(enrolment.speaker, config.folder), now).answer)
    except OSError as error:
        raise CommandRefused(
            f"{config.fallback.desk}: {error.strerror or error}; choose another in fallback.desk"
        ) from None

    def stop(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    sys.stdout.write(f"the desk is open at http://{host}:{server.server_address[1]}/ until Ctrl-C\n")
    sys.stdout.flush()
    with server:
        server.serve_forever(0.2)
    return Outcome({"stopped": True}, "the desk is closed")


def desk_person(args: argparse.Namespace) -> Outcome:
    """Let somebody sign in at the desk, or no longer. The password is typed by that person."""
    config = load(args.config)
    store = Store(config.folder, config.keys_at)
    if args.close:
        _in_words(lambda: people.close(store, args.email, now()))
        return Outcome({"closed": args.email}, f"{args.email} may sign in at the desk no more.")
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    person = Person(email=args.email, name=args.name, position=args.position, role=args.role)
    _in_words(lambda: people.add(store, person, password, now()))
    verb = "draft" if args.role == "maker" else "agree"
    return Outcome({"email": args.email, "role": args.role}, f"{args.email} may sign in at the desk and {verb}.")


def receipt(args: argparse.Namespace) -> Outcome:
    """Keep the hub's receipt for a card that was sealed here, once it is proven."""
    config: Config = load(args.config)
    try:
        with args.file.open("rb") as file:
            raw = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise CommandRefused(f"{args.file}: {error.strerror or error}") from None
    speaker = enrolment.speaker(config.folder)
    kept = _in_words(lambda: packing.take_receipt(Store(config.folder, config.keys_at), raw, speaker, now()))
    value = {"card": kept.card, "wording": kept.wording, "number": kept.number}
    return Outcome(value, f"the hub has the card as {kept.number}; its receipt holds and is kept")


def _in_words(act: Callable[[], T]) -> T:
    """Do it; a refusal becomes one line in English."""
    try:
        return act()
    except Refused as refused:
        with speaking("en"):
            raise CommandRefused(said(refused)) from None
