"""Lines that engines write into a web server's error log: Apache's, nginx's, and Caddy's JSON around Coraza."""

from __future__ import annotations

import re
from typing import Final

from msgspec.structs import replace

from qorgan.module.event import Event, Ignored
from qorgan.module.formats.address import address
from qorgan.module.formats.modsecurity.message import Message, read_message
from qorgan.module.formats.modsecurity.transaction import Transaction, event_of
from qorgan.module.formats.moment import Times
from qorgan.module.formats.tidy import tidy

OTHER_LINE: Final = "line of a web server's error log without a rule's message"
MARKS: Final = ("ModSecurity: ", "Coraza: ", "mod_security: ")

_APACHE_TIME: Final = re.compile(r"^\[([A-Z][a-z]{2} [A-Z][a-z]{2} [^\]]{1,40})\]")
_NGINX_TIME: Final = re.compile(r"^(\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2})")
_CLIENT: Final = re.compile(r'\[(?:client|remote) "?([0-9A-Fa-f.:]{2,64})"?\]')
_NGINX: Final = re.compile(
    r', client: (?P<client>[^,\s]+)(?:, server: (?P<server>[^,]*))?(?:, request: "(?P<request>(?:[^"\\]|\\.)*)")?'
    r'(?:, (?:sub)?(?:upstream|request): "[^"]*")*(?:, host: "(?P<host>[^"]*)")?'
)


def looks_like_error_log(text: str) -> bool:
    """Whether a line is one of a web server's error log, whoever wrote it."""
    return bool(_APACHE_TIME.match(text) or _NGINX_TIME.match(text))


def read_error_line(text: str, times: Times, record: str = "") -> Event | Ignored:
    """One line, or several of one transaction. `record` is the text around it, when it stood in another record."""
    messages = [found for line in text.splitlines() if (found := read_message(line))]
    if not messages:
        return Ignored(OTHER_LINE)
    stamp = _APACHE_TIME.match(text) or _NGINX_TIME.match(text)
    # Behind the last pair stands what nginx adds itself; before it, what a client may have sent.
    nginx = _NGINX.search(text, text.rfind('"]'))
    client, client_port = _client(text)
    method, uri = _request(nginx["request"] if nginx else "", messages[0])
    return event_of(
        Transaction(
            record=record or text,
            engine="Coraza" if MARKS[1] in text else "ModSecurity",
            messages=messages,
            time=times.read(stamp[1]) if stamp else None,
            client=client or (nginx["client"] if nginx else ""),
            client_port=client_port,
            method=method,
            uri=uri,
            host=(nginx["host"] or "") if nginx else "",
        )
    )


def read_wrapped(record: dict[str, object], text: str, times: Times) -> Event | Ignored | None:
    """The message that a server's JSON log carries; None when it carries none."""
    for key in ("msg", "message", "log"):
        found = record.get(key)
        if isinstance(found, str) and any(mark in found for mark in MARKS):
            event = read_error_line(found, times, text)
            stamp = times.read(tidy(record.get("ts") or record.get("time") or record.get("@timestamp")))
            if isinstance(event, Ignored) or event.time:
                return event
            return replace(event, time=stamp)
    return None


def _client(text: str) -> tuple[str, str]:
    """Address and port. Apache writes them together, with nothing to tell an IPv6 address's end; the engine's own
    pair that follows has the address alone.
    """
    found = _CLIENT.findall(text[: text.find('[id "')] if '[id "' in text else text)
    if not found:
        return "", ""
    first, last = found[0], found[-1]
    own_port = first.removeprefix(last + ":")
    if own_port != first:
        return last, own_port
    alone, colon, rest = first.rpartition(":")
    return (alone, rest) if colon and not address(first) else (last, "")


def _request(line: str | None, message: Message) -> tuple[str, str]:
    method, space, rest = (line or "").partition(" ")
    if not space:
        return "", message.uri
    return method, rest.rpartition(" HTTP/")[0] or rest
