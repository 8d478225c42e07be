"""The desk put together: which path does what, for whom, in which language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.cards.content import Card, Contact
from qorgan.cards.manner import Manner
from qorgan.cards.prefill import Own, prefill
from qorgan.cards.wording import Worded
from qorgan.cards.wording import worded as _
from qorgan.law.calendar import local_date, zone
from qorgan.ledger.entry import instant
from qorgan.module.config import Config
from qorgan.module.fallback import calling, disrupted, drafts, evidence, lettering, letters, packing, spells
from qorgan.module.fallback.desk import layout, pages, ways
from qorgan.module.fallback.desk.entry import card_in, moment_in
from qorgan.module.fallback.desk.markup import Markup, join
from qorgan.module.fallback.desk.sayings import said
from qorgan.module.fallback.desk.server import LANGUAGE, SESSION, Asked, Given, cookie, redirect
from qorgan.module.fallback.desk.sessions import Session, Sessions, is_meant
from qorgan.module.fallback.desk.style import CSS
from qorgan.module.fallback.drafts import Draft
from qorgan.module.fallback.evidence import Agreed
from qorgan.module.fallback.language import DEFAULT, LANGUAGES, speaking
from qorgan.module.fallback.people import Door, Person, still
from qorgan.module.fallback.recent import Recent, recent
from qorgan.module.fallback.refusal import Refused
from qorgan.module.fallback.store import Store
from qorgan.module.sender.speaker import Speaker
from qorgan.paper import letter_docx, letter_pdf
from qorgan.wire.package import SUFFIX, Call, Evidence, Letter

_KINDS: Final = {
    "pdf": (letter_pdf.pdf_of, "application/pdf"),
    "docx": (letter_docx.docx_of, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
_DONE: Final[dict[str, Worded]] = {
    "save": _("Saved."),
    "propose": _("It waits for the head."),
    "agree": _("Agreed."),
    "decline": _("Sent back."),
    "aside": _("Set aside."),
    "choose": _("Written down. Now call."),
    "phone": _("The call is written down."),
    "letter": _("The letter has its number."),
    "receipt": _("The receipt is kept: the hub has these very words."),
}


class Visit(Struct, frozen=True, kw_only=True):
    """Who asks for what, signed in, in a language."""

    asked: Asked
    session: Session
    person: Person
    manner: Manner
    now: datetime

    def value(self, name: str) -> str:
        """What was posted under a name."""
        return (self.asked.posted.get(name) or [""])[0].strip()

    @property
    def revision(self) -> int:
        """The revision that was looked at."""
        text = self.value("revision")
        return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 (digits)


class Desk:
    """Answers requests. Safe for several threads: everything is in the store."""

    def __init__(
        self, config: Config, store: Store, speaker: Callable[[], Speaker], clock: Callable[[], datetime]
    ) -> None:
        self._config, self._store, self._speaker, self._clock = config, store, speaker, clock
        self._door, self._sessions = Door(store), Sessions()

    def answer(self, asked: Asked) -> Given:
        """Answer one request."""
        with speaking(asked.cookies.get(LANGUAGE, DEFAULT)) as manner:
            if asked.path == "/style.css":
                return Given(body=CSS.encode(), kind="text/css; charset=utf-8")
            if asked.path == "/language":
                chosen = (asked.query.get("to") or [DEFAULT])[0]
                return redirect("/", cookie(LANGUAGE, chosen if chosen in LANGUAGES else DEFAULT))
            session = self._sessions.find(asked.cookies.get(SESSION, ""))
            person = still(self._store, session.email) if session else None
            if session is None or person is None:
                return self._sign_in(asked)
            visit = Visit(asked=asked, session=session, person=person, manner=manner, now=self._clock())
            if asked.method == "POST" and not is_meant(session, visit.value("csrf")):
                return Given(status=403, body=b"this form is not of this session\n", kind="text/plain")
            return self._route(visit)

    def _sign_in(self, asked: Asked) -> Given:
        if asked.method == "POST" and asked.path == "/sign-in":
            posted = {name: (values or [""])[0] for name, values in asked.posted.items()}
            try:
                person = self._door.enter(posted.get("email", ""), posted.get("password", ""))
            except Refused as refused:
                body = layout.page(str(_("Sign in")), pages.sign_in(), refused=said(refused))
                return Given(status=403, body=body)
            return redirect("/", cookie(SESSION, self._sessions.begin(person.email)))
        return Given(status=200 if asked.path == "/" else 401, body=layout.page(str(_("Sign in")), pages.sign_in()))

    def _route(self, visit: Visit) -> Given:
        parts = [part for part in visit.asked.path.split("/") if part]
        try:
            found = self._change(visit, parts) if visit.asked.method == "POST" else self._show(visit, parts)
        except Refused as refused:
            return self._refuse(visit, parts, refused)
        return found or Given(status=404, body=self._page(visit, str(_("There is no such page."))))

    def _show(self, visit: Visit, parts: list[str]) -> Given | None:
        """The page of a path; None where there is none."""
        match parts:
            case []:
                return self._home(visit)
            case ["cards", card]:
                return self._card(visit, card)
            case ["cards", card, "phone"]:
                return self._phone(visit, card)
            case ["cards", card, paper] if paper.startswith("letter-"):
                return self._letter(card, paper)
        return None

    def _change(self, visit: Visit, parts: list[str]) -> Given | None:
        """What a form asks for; None where there is no such form."""
        match parts:
            case ["sign-out"]:
                self._sessions.end(visit.asked.cookies.get(SESSION, ""))
                return redirect("/", cookie(SESSION, "", ends=True))
            case ["cards"]:
                return redirect(f"/cards/{self._begin(visit)}")
            case ["receipt"]:
                raw = visit.value("receipt").encode()
                kept = packing.take_receipt(self._store, raw, self._speaker(), visit.now)
                return self._back(visit, kept.card, "receipt")
            case ["cards", card]:
                return self._save(visit, card)
            case ["cards", card, verb]:
                return self._verb(visit, card, verb)
        return None

    def _refuse(self, visit: Visit, parts: list[str], refused: Refused) -> Given:
        status = 404 if refused.code.endswith("-unknown") else 409 if refused.code == "changed-meanwhile" else 422
        if parts[:1] == ["cards"] and len(parts) > 1 and status != 404:  # noqa: PLR2004 (not found)
            return self._card(visit, parts[1], refused=refused, status=status)
        if parts == ["receipt"]:
            return self._home(visit, refused=said(refused), status=status)
        return Given(status=status, body=self._page(visit, said(refused)))

    def _home(self, visit: Visit, *, refused: str = "", status: int = 200) -> Given:
        cards = drafts.every(self._store)
        receipts = {
            card.id: kept.number
            for card in cards
            if (kept := packing.receipt_of(self._store, card.id, card.wording)) is not None
        }
        signals = self._recent(visit) if visit.person.role == "maker" else []
        away = spells.since(self._store, datetime.min.replace(year=1970, tzinfo=zone()))
        body = pages.home(cards, drafts.aside(self._store), receipts, signals, away, visit.session.csrf, visit.person)
        return Given(status=status, body=self._page(visit, str(_("What stands")), body, refused=refused))

    def _recent(self, visit: Visit) -> list[Recent]:
        module, hours = self._speaker().identity.module, self._config.fallback.hours
        return recent(self._config.folder, module, visit.now, hours, self._config.keys_at)

    def _begin(self, visit: Visit) -> str:
        wanted = set(visit.asked.posted.get("signal", ()))
        chosen = {one.reference: one.signal for one in self._recent(visit) if one.reference in wanted}
        own = Own(frozenset(self._config.institution.internal_domains), self._config.institution.networks)
        content = prefill(chosen, visit.manner, own) if chosen else Card()
        if not content.contacts:
            content = msgspec.structs.replace(
                content, contacts=(Contact(name=visit.person.name, position=visit.person.position),)
            )
        drill = visit.value("drill") == "yes"
        return drafts.begin(self._store, content, by=visit.person, now=visit.now, drill=drill)

    def _card(self, visit: Visit, card: str, *, refused: Refused | None = None, status: int = 200) -> Given:
        draft = self._as_typed(visit, drafts.draft_of(self._store, card), refused)
        told = disrupted.told_of(self._store, card)
        parts: list[Markup | None] = [pages.told(told, visit.manner) if told else None]
        kept = packing.receipt_of(self._store, card, draft.wording)
        proof = evidence.evidence_of(self._store, card, draft.content.found_at or visit.now)
        against = packing.refused_of(self._store, card, draft.wording)
        is_away = spells.open_spell(self._store) is not None
        number = kept.number if kept else ""
        parts += [
            ways.offered(draft, number, against, proof, visit.session.csrf, is_away=is_away, letter=self._next(card)),
            ways.letters(draft, letters.letters_of(self._store, card)),
            pages.deciding(draft, visit.person, visit.session.csrf),
        ]
        if visit.person.role == "maker":
            parts.append(pages.edit(draft, drafts.lacking(draft.content, visit.now), visit.session.csrf))
            if draft.state == drafts.OPEN:
                parts.append(pages.set_aside(draft, visit.session.csrf))
        else:
            parts.append(pages.read(draft, visit.manner))
        parts.append(pages.history(drafts.acts_of(self._store, card)))
        title = f"{draft.content.title or _('without a title')} · {pages.STATES[draft.state]}"
        words = said(refused) if refused else ""
        return Given(status=status, body=self._page(visit, title, *parts, refused=words, drill=draft.drill))

    def _as_typed(self, visit: Visit, draft: Draft, refused: Refused | None) -> Draft:
        """The card as it was being written when somebody else, or the gate, changed it: nobody types it again."""
        is_save = visit.asked.method == "POST" and visit.asked.path.count("/") == 2  # noqa: PLR2004 (/cards/ID)
        if refused is None or refused.code != "changed-meanwhile" or not is_save or draft.state != drafts.OPEN:
            return draft
        content, told = card_in(visit.asked.posted, draft.content), disrupted.told_of(self._store, draft.id)
        if told is not None:
            content = disrupted.with_end(content, told, visit.manner)
        return msgspec.structs.replace(draft, content=content)

    def _next(self, card: str) -> str:
        """What the button says that gives the next letter its number; '' while the last one says what stands."""
        if not letters.letters_of(self._store, card):
            return str(_("Give the letter its number"))
        if letters.is_behind(self._store, card):
            return str(_("Number a letter that supplements the last: something is new since"))
        return ""

    def _save(self, visit: Visit, card: str) -> Given:
        before = drafts.draft_of(self._store, card)
        content = card_in(visit.asked.posted, before.content)
        drafts.edit(self._store, card, content, by=visit.person, now=visit.now, revision=visit.revision)
        if visit.value("do") != "propose":
            return self._back(visit, card, "save")
        organisation = self._speaker().identity.organisation
        revision = drafts.draft_of(self._store, card).revision
        drafts.propose(self._store, card, organisation=organisation, by=visit.person, now=visit.now, revision=revision)
        return self._back(visit, card, "propose")

    def _verb(self, visit: Visit, card: str, verb: str) -> Given | None:
        by, now, store = visit.person, visit.now, self._store
        if verb == "package":
            return self._package(visit, card)
        if verb == "agree":
            drafts.agree(store, card, by=by, now=now, revision=visit.revision, digest=visit.value("digest"))
        elif verb == "decline":
            drafts.decline(store, card, by=by, now=now, revision=visit.revision, reason=visit.value("reason"))
        elif verb == "aside":
            drafts.set_aside(store, card, by=by, now=now, revision=visit.revision, reason=visit.value("reason"))
        elif verb == "choose":
            evidence.choose_phone(store, card, by=by, now=now, reason=visit.value("reason"))
        elif verb == "phone":
            evidence.note_call(store, card, _call(visit), by=by, now=now)
        elif verb == "letter":
            self._number(visit, card)
        else:
            return None
        return self._back(visit, card, verb)

    def _package(self, visit: Visit, card: str) -> Given:
        body = packing.sealed(
            self._store,
            self._config.folder,
            card,
            self._speaker(),
            way="file",
            by=visit.person.email,
            now=visit.now,
        )
        drill = "drill-" if drafts.draft_of(self._store, card).drill else ""
        name = f"asoi-{drill}{card}{SUFFIX}"
        return Given(
            body=body,
            kind="application/octet-stream",
            headers=(("Content-Disposition", f'attachment; filename="{name}"'),),
        )

    def _number(self, visit: Visit, card: str) -> None:
        head = self._config.letter
        agreed = evidence.require_agreed(self._store, card)
        letters.number_letter(
            self._store,
            card,
            letters.Form(
                number=head.number,
                signatory=head.signatory or agreed.agreement.head.name,
                dated=local_date(visit.now),
            ),
            by=visit.person,
            now=visit.now,
            write=partial(self._written, drafts.draft_of(self._store, card).drill),
        )

    def _written(self, drill: bool, agreed: Agreed, proof: Evidence, before: Letter | None) -> dict[str, bytes]:
        """The files of a letter, by name."""
        identity, made = self._speaker().identity, dict[str, bytes]()
        sender = lettering.Sender(name=identity.organisation_name, bin=identity.organisation, head=self._config.letter)
        for language in ("kk", "ru"):
            with speaking(language) as manner:
                letter = lettering.letter_of(agreed, proof, sender, manner, drill=drill, supplements=before)
                made |= {f"{language}.{kind}": write(letter) for kind, (write, _type) in _KINDS.items()}
        return made

    def _phone(self, visit: Visit, card: str) -> Given:
        agreed = evidence.require_agreed(self._store, card)
        proof = evidence.evidence_of(self._store, card, agreed.content.found_at or visit.now)
        if proof.choice is None:
            raise Refused("choice-missing")
        draft = drafts.draft_of(self._store, card)
        identity, table, head = self._speaker().identity, self._config.fallback, self._config.letter
        caller = calling.Caller(
            institution=_name(head.name_kk, head.name_ru, visit.manner) or identity.organisation_name,
            bin=identity.organisation,
            call_from=table.call_from,
            call_to=table.call_to,
            letter=proof.letter.number if proof.letter else "",
            drill=draft.drill,
        )
        body = ways.phone(
            draft,
            calling.script(agreed.content, caller, proof.away, visit.manner),
            proof,
            visit.session.csrf,
            call_from=table.call_from,
            call_to=table.call_to,
            caller=visit.person.name,
        )
        return Given(body=self._page(visit, str(_("What to say on the phone")), body, drill=draft.drill))

    def _letter(self, card: str, paper: str) -> Given:
        """The very file that was made when the letter got its number."""
        place, language, kind = (*paper.removeprefix("letter-").split("."), "", "")[:3]
        if not place.isdecimal() or len(place) > 9 or kind not in _KINDS:  # noqa: PLR2004 (digits)
            raise Refused("letter-unknown")
        write = partial(self._written, drafts.draft_of(self._store, card).drill)
        body = letters.file_of(self._store, card, int(place), f"{language}.{kind}", write)
        name = f"letter-{place}-{language}.{kind}"
        headers = (("Content-Disposition", f'attachment; filename="{name}"'),)
        return Given(body=body, kind=_KINDS[kind][1], headers=headers)

    def _back(self, visit: Visit, card: str, done: str) -> Given:
        visit.session.said = str(_DONE[done])
        return redirect(f"/cards/{card}")

    def _page(self, visit: Visit, title: str, *inside: Markup | None, refused: str = "", drill: bool = False) -> bytes:
        told, visit.session.said = visit.session.said, ""
        return layout.page(
            title,
            join(*inside),
            person=visit.person,
            csrf=visit.session.csrf,
            away=spells.open_spell(self._store),
            told="" if refused else told,
            refused=refused,
            drill=drill,
        )


def _call(visit: Visit) -> Call:
    """The call as it was written down. Raises Refused `number-missing`."""
    try:
        at = moment_in(visit.value("called_at"))
    except ValueError:
        raise Refused("number-missing") from None
    names = ("called_from", "called_to", "caller", "answered_by", "centre_number")
    words = {name: visit.value(name)[:300] for name in names}
    if not all(words[name] for name in names[:3]):
        raise Refused("number-missing")
    return Call(called_at=instant(at), read_back=visit.value("read_back") == "yes", **words)


def _name(kazakh: str, russian: str, manner: Manner) -> str:
    return kazakh if manner.language == "kk" else russian
