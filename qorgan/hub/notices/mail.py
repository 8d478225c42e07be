"""Letters over SMTP: one connection for what goes at once, and what the server says taken at its word."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final
from uuid import UUID

from qorgan.hub.config import Mail, Security
from qorgan.hub.notices.delivering import deliver_all
from qorgan.hub.notices.letters import Letter, letter_of
from qorgan.hub.notices.models import Way
from qorgan.hub.notices.outcome import DROPPED, SENT, Fate, Outcome

PATIENCE: Final = 20.0
"""Seconds that a server is given for each answer."""
_FOR_GOOD: Final = 500


@dataclass(frozen=True, slots=True)
class Post:
    """Sends the mails of a hub by its configured server."""

    mail: Mail

    def deliver_all(self, now: datetime) -> int:
        """Send every mail that waits. Gives how many were tried."""
        return deliver_all(Way.MAIL, self._carry, attempts=self.mail.attempts, now=now)

    def _carry(self, deliveries: list[UUID], now: datetime) -> dict[UUID, Outcome]:
        letters = {one: letter_of(one, now) for one in deliveries}
        outcomes = {one: DROPPED for one, letter in letters.items() if letter is None}
        written = {one: letter for one, letter in letters.items() if letter is not None}
        if not written:
            return outcomes
        try:
            with self._server() as server:
                for one, letter in written.items():
                    outcomes[one] = _sent(server, message(letter, one, self.mail.sender, now))
        except (OSError, smtplib.SMTPException, ssl.SSLError) as fault:
            # Those not tried wait with the same reason.
            outcomes |= {one: Outcome(Fate.LATER, _said(fault)) for one in written if one not in outcomes}
        return outcomes

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        mail = self.mail
        context = ssl.create_default_context(cafile=str(mail.authorities) if mail.authorities else None)
        if mail.security is Security.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, timeout=PATIENCE, context=context)
        else:
            server = smtplib.SMTP(mail.host, mail.port, timeout=PATIENCE)
        try:
            if mail.security is Security.STARTTLS:
                server.starttls(context=context)
            if mail.user and mail.password_file:
                server.login(mail.user, mail.password_file.read_text(encoding="utf-8").rstrip("\n"))
            yield server
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()


def message(letter: Letter, delivery: UUID, sender: str, now: datetime) -> EmailMessage:
    """A letter as it goes over the wire. The same delivery always has the same Message-ID."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = letter.to
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{delivery}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    # Setting the content forgets headers about the content.
    made.set_content(letter.text, cte="quoted-printable")
    made["Content-Language"] = letter.language
    return made


def _sent(server: smtplib.SMTP, made: EmailMessage) -> Outcome:
    """Send one; a refusal of this one alone is its own, anything else is the connection's and is raised."""
    try:
        server.send_message(made)
    except smtplib.SMTPRecipientsRefused as refused:
        ((code, said),) = refused.recipients.values()
        return _judged(code, said)
    except smtplib.SMTPDataError as refused:
        return _judged(refused.smtp_code, refused.smtp_error)
    return SENT


def _judged(code: int, said: bytes | str) -> Outcome:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return Outcome(Fate.NEVER if code >= _FOR_GOOD else Fate.LATER, f"{code} {words}")


def _said(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}"
