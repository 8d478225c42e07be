"""The shapes in which Windows events come: XML, JSON of Winlogbeat, NXLog, Wazuh and others, Snare's and plain text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from qorgan.module.event import Unreadable
from qorgan.module.formats.json_fields import leaves_of
from qorgan.module.formats.tidy import object_of, tidy
from qorgan.module.formats.windows.record import WindowsRecord, number, plain

_LOOKED_AT: Final = 65_536
_MOST_FIELDS: Final = 256
_DEEPEST: Final = 8

_XML_DATA: Final = re.compile(r"<Data Name=[\"']([^\"'<>]{1,128})[\"']\s{0,4}(?:/>|>([^<]{0,8192})</Data>)")
_XML_UNNAMED: Final = re.compile(r"<Data>([^<]{0,8192})</Data>")
_XML_FIELD: Final = re.compile(r"<(EventID|Channel|Computer|Message|Level)(?: [^<>]{0,64})?>([^<]{0,8192})</")
_XML_PROVIDER: Final = re.compile(r"<Provider [^<>]{0,256}?Name=[\"']([^\"'<>]{1,128})")
_XML_TIME: Final = re.compile(r"SystemTime=[\"']([^\"'<>]{1,40})")
_XML_USER_DATA: Final = re.compile(r"<([A-Za-z]\w{1,47})>([^<]{1,1024})</\1>")

_OWN_PARTS: Final = ("EventData", "event_data", "eventData", "UserData", "user_data")
_VALUES: Final = ("text", "#text", "content", "Value", "value", "_")
_IDS: Final = ("eventid", "eventcode", "eventidentifier", "winlogeventid")
_PROVIDERS: Final = ("providername", "sourcename", "eventsourcename", "source", "eventsource", "provider")
_COMPUTERS: Final = ("computer", "computername", "hostname", "machinename", "host", "agenthostname")
_TIMES: Final = (
    "systemtime",
    "timecreated",
    "timegenerated",
    "eventtime",
    "timestamp",
    "utctime",
    "time",
    "timewritten",
)

_LINES: Final = re.compile(r"\r?\n|\\r\\n|\\n|(?<![ \t])[ \t]{2,}+(?=[A-Z][a-z]{1,24}[ A-Za-z]{0,30}:)")
_LONGEST_NAME: Final = 48
_LONGEST_TEXT: Final = 16_384
_OSSEC: Final = re.compile(
    r"WinEvtLog: (?P<channel>[^:]{1,96}): (?P<level>\w{1,24})\((?P<id>\d{1,6})\): (?P<provider>[^:]{1,96}): "
    r"(?P<user>[^:]{0,96}): (?P<domain>[^:]{0,96}): (?P<computer>[^:]{0,96}): "
)
_TAB: Final = re.compile(r"\t|#011|(?<=\d),(?=\w)|\\t")
_EARLIEST_ID: Final = 4
_LATEST_ID: Final = 10
_SNARE: Final = re.compile(r"MSWinEventLog[\t ,#]")
_TEXT_ID: Final = re.compile(r"(?:EventID|EventCode|Event ID|event_id|Event Id)[\s:=\"]{1,4}(\d{1,6})")
_TITLES: Final = (
    ("an account failed to log on", 4625), ("an account was successfully logged on", 4624),
    ("kerberos pre-authentication failed", 4771), ("a user account was locked out", 4740),
    ("a kerberos authentication ticket (tgt) was requested", 4768), ("a logon was attempted using explicit", 4648),
    ("the computer attempted to validate the credentials", 4776), ("the domain controller attempted to validate", 4776),
    ("учетной записи не удалось выполнить вход", 4625), ("вход в учетную запись выполнен успешно", 4624),
    ("учетная запись пользователя заблокирована", 4740), ("сбой предварительной проверки подлинности kerberos", 4771),
)  # fmt: skip
"""By the first words of the text, where the shipper left the number out."""


def from_xml(text: str) -> WindowsRecord:
    """An event in XML. Raises `Unreadable`."""
    text = text[:_LOOKED_AT]
    record = WindowsRecord()
    for name, value in islice(_XML_FIELD.findall(text), _MOST_FIELDS):
        _put_head(record, name.lower(), html.unescape(value))
    provider = _XML_PROVIDER.search(text)
    record.provider = html.unescape(provider[1]) if provider else ""
    record.time = at[1] if (at := _XML_TIME.search(text)) else ""
    for name, value in islice(_XML_DATA.findall(text), _MOST_FIELDS):
        record.add(name, html.unescape(value))
        record.own.setdefault(name, html.unescape(value))
    record.strings = [html.unescape(each) for each in islice(_XML_UNNAMED.findall(text), _MOST_FIELDS)]
    begins = text.find("<UserData")
    if begins >= 0:
        for name, value in islice(_XML_USER_DATA.findall(text, begins), _MOST_FIELDS):
            record.add(name, html.unescape(value))
    if not record.event_id:
        raise Unreadable("no event id")
    return record


def from_object(found: dict[str, object]) -> WindowsRecord:
    """An event in JSON of whatever shipper. Raises `Unreadable`."""
    record = WindowsRecord()
    for name, value in islice(_leaves(found, "", _DEEPEST, record), _MOST_FIELDS):
        record.add(name, value)
    record.event_id = next((number(record.data[name]) for name in _IDS if name in record.data), 0)
    if not record.event_id:
        raise Unreadable("no event id")
    record.provider = record.first(*_PROVIDERS)
    record.channel = record.first("channel", "logname", "logfile", "log")
    record.computer = record.first(*_COMPUTERS)
    record.time = record.first(*_TIMES)
    record.message = record.first("message", "msg", "renderingmessage", "description", "eventtext", "text")
    record.level = record.first("severityvalue", "level", "leveldisplayname", "eventtype", "keywords")
    record.own = _own_part(found)
    if "\n" in record.message:
        _put_pairs(record, record.message)
    return record


def _own_part(found: dict[str, object]) -> dict[str, str]:
    """What stands in the event's own part of an object."""
    for around in (found, object_of(found.get("winlog")), object_of(found.get("Event"))):
        for name in _OWN_PARTS:
            if part := object_of(around.get(name)):
                return leaves_of(part)
    return {}


def from_text(text: str) -> WindowsRecord:
    """An event written out as text. Raises `Unreadable`."""
    text = text[:_LOOKED_AT]
    record = WindowsRecord(message=text)
    if ossec := _OSSEC.search(text):
        record.event_id = number(ossec["id"])
        record.channel, record.level, record.provider = ossec["channel"], ossec["level"], ossec["provider"]
        record.computer = ossec["computer"]
        record.message = text[ossec.end() :]
        _put_pairs(record, record.message)
    elif snare := _SNARE.search(text):
        _put_snare(record, text[snare.start() :])
    else:
        lowered = text.lower()
        found_id = _TEXT_ID.search(text)
        titled = next((each for title, each in _TITLES if title in lowered), 0)
        record.event_id = number(found_id[1]) if found_id else titled
        record.provider = "Microsoft-Windows-Security-Auditing" if titled else ""
        _put_pairs(record, text)
    if not record.event_id:
        raise Unreadable("no event id")
    return record


def _put_snare(record: WindowsRecord, text: str) -> None:
    """Fields in Snare's order: criticality, channel, counter, time, id, provider, user, kind, level, computer, text."""
    fields = _TAB.split(text)
    places = range(_EARLIEST_ID, min(_LATEST_ID, len(fields)))
    at = next((place for place in places if number(fields[place]) and len(fields[place]) > 1), 0)
    if not at:
        raise Unreadable("no event id")
    rest = dict(enumerate(fields[at:]))
    record.event_id = number(fields[at])
    record.channel, record.time = fields[2], fields[at - 1]
    record.provider, record.level, record.computer = rest.get(1, ""), rest.get(4, ""), rest.get(5, "")
    record.message = "\t".join(fields[at + 6 :])
    _put_pairs(record, record.message)


def _put_pairs(record: WindowsRecord, text: str) -> None:
    """`Account Name:  clerk` and the like. Names that come twice, of the subject and of the target, keep both."""
    section = ""
    for line in _LINES.split(text[:_LONGEST_TEXT])[:_MOST_FIELDS]:
        name, colon, value = line.strip().partition(":")
        name = name.rpartition(". ")[2].strip()
        if not colon or len(name) > _LONGEST_NAME:
            continue
        if not value.strip():
            section = plain(name)
            continue
        record.add(section + plain(name), value)
        record.add(name, value)


def _put_head(record: WindowsRecord, name: str, value: str) -> None:
    if name == "eventid":
        record.event_id = record.event_id or number(value)
    elif name in {"channel", "computer", "message", "level"} and not getattr(record, name):
        setattr(record, name, value.strip())


def _leaves(node: dict[str, object], parent: str, deep: int, record: WindowsRecord) -> Iterator[tuple[str, str]]:
    for name, value in node.items():
        if isinstance(value, dict):
            if "Name" in value and plain(name) == "provider":
                yield "ProviderName", tidy(value["Name"])
            if text := tidy(value.get("#text") or value.get("text") or value.get("Value") or value.get("value")):
                yield name, text
            elif deep > 1:
                yield from _leaves(value, name, deep - 1, record)
        elif isinstance(value, list):
            yield from _listed(value, name, deep, record)
        else:
            yield ("winlogeventid" if name == "id" and parent == "event" else name), tidy(value)


def _listed(listed: list[object], name: str, deep: int, record: WindowsRecord) -> Iterator[tuple[str, str]]:
    for each in listed[:_MOST_FIELDS]:
        if isinstance(each, dict):
            named = object_of(each)
            label = tidy(named.get("Name") or named.get("name") or named.get("@Name"))
            if label:
                said = next(
                    (tidy(named[key]) for key in ("text", "#text", "content", "Value", "value", "_") if key in named),
                    "",
                )
                yield label, said
            elif deep > 1:
                yield from _leaves(named, name, deep - 1, record)
        elif name.lower() in {"insertionstrings", "data", "strings", "properties", "replacementstrings"}:
            record.strings.append(tidy(each))
