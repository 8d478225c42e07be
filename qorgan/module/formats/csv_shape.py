"""Rows whose columns nobody has named: what each value is, told by its own shape.

A row is read so only where a value by itself is a name that products give to malicious code or to a class of attack:
all other values are too common to say anything of a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from qorgan.module.formats.address import address
from qorgan.module.formats.verdict import severity_of_word

FEWEST: Final = 6
_MOST: Final = 64
"""Values of a row that are looked at."""
_LONGEST: Final = 512
_PAIR: Final = re.compile(r"\s*[A-Za-z][\w .-]{0,40}+(?:=|: ?\S)")
_MOST_PAIRS: Final = 2

_NAMED: Final = re.compile(
    r"(?:not-a-virus:)?(?:(?:HEUR|PUA|PUP|Gen|UDS|VHO|PDM)[:.]){0,2}(?:Trojan|Backdoor|Worm|Virus|Ransom|HackTool|Exploit|Adware"
    r"|Spyware|Riskware|Downloader|Dropper|W32|W64|W97M|X97M|O97M|Win32|Win64|MSIL|JS|VBS|PHP|Linux|MacOS|OSX|Android"
    r"|Bloodhound|Packed|Infostealer|Keylogger|PUA|EICAR"
    r"|(?:TROJ|BKDR|TSPY|HKTL|PE|CRCK|EXPL|PAK|CRYP|MAL|POSSIBLE)(?=_))[\w-]{0,24}[.:/!_][\w.!@#/:-]{1,96}"
    r"|EICAR[\w -]{0,32}",
    re.IGNORECASE,
)
_CLASS: Final = re.compile(
    r"(?:attempted|(?:un)?successful) (?:administrator|user) privilege gain"
    r"|attempted (?:information leak|denial of service)"
    r"|(?:large scale )?information leak|a network trojan was detected|executable code was detected|misc attack"
    r"|web application attack|access to a potentially vulnerable web application|potentially bad traffic"
    r"|known malware command and control traffic|malware command and control activity detected"
    r"|exploit kit activity detected|detection of a network scan|a suspicious string was detected",
    re.IGNORECASE,
)
_TIME: Final = re.compile(
    r"\d{4}[-/.]\d{2}[-/.]\d{2}[ T]\d{2}:\d{2}:\d{2}\S{0,12}|\d{2}[-/.]\d{2}[-/.]\d{4} \d{2}:\d{2}:\d{2}"
)
_PATH: Final = re.compile(r"[A-Za-z]:\\\S.*|\\\\[^\\]{1,255}\\.*|/(?:[\w.@ -]{1,128}/){1,32}[\w.@ -]{1,128}")
_URL: Final = re.compile(r"https?://[\w.-]{1,253}(?::\d{1,5})?(?:/\S{0,400})?", re.IGNORECASE)
_ACTED: Final = re.compile(
    r"(?:would |not )?(?:block|allow|den|drop|quarantin|clean|delet|detect|logg?|alert|reject|prevent|permit|reset)"
    r"(?:ed|ied|y|e|s)?|left alone",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(r"<?[^\s<>@,;]{1,64}@[A-Za-z0-9.-]{1,255}>?")
_PROTOCOL: Final = re.compile(r"tcp|udp|icmp", re.IGNORECASE)
_PROTOCOL_PORT: Final = re.compile(r"(tcp|udp)[/:](\d{1,5})", re.IGNORECASE)
_APPLICATION: Final = re.compile(
    r"https?|smtps?|ftps?|imaps?|pop3s?|smb|dns|rdp|ssh|telnet|web-browsing", re.IGNORECASE
)
_MODULES: Final = frozenset(
    (
        *("av", "gav", "antivirus", "anti-virus", "webav", "web-av", "mailav", "mail-av", "антивирус", "threat", "waf"),
        *("ips", "ids", "idps", "intrusion", "intrusion prevention", "intrusion detection", "ips alert", "ids alert"),
        "сов",
    )
)
"""A part of a gateway, by which name alone a row says who found what it tells."""
_HASH: Final = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_SENTENCE: Final = re.compile(r"[A-Z][^\x00-\x1f]{11,254}")
_FEWEST_WORDS: Final = 3
_ATTACK: Final = re.compile(
    r"[\w ,./()-]{0,60}\b(?:scan|sweep|exploit|overflow|injection|traversal|shellcode|backdoor|brute ?force|attack"
    r"|vulnerability)\b[\w ,./()-]{0,60}",
    re.IGNORECASE,
)
"""A few words, one of which names an attack: a signature's name though it is no sentence."""
_NUMBERED: Final = re.compile(r"(\d{2,7}): ?([A-Z][A-Z0-9/-]{1,11}: ?[A-Za-z][^\x00-\x1f]{7,200})")
"""A signature with its number in front: `4711: HTTP: Example Overflow`."""
_CODE: Final = re.compile(r"Virus|Malware|Trojan|Worm|Ransomware|Spyware|Backdoor", re.IGNORECASE)
"""A class of malicious code, which by itself says of a row with a file in it what was found there."""
_HIGHEST_PORT: Final = 65_535
_DIGITS: Final = 5


def _is_port(value: str) -> bool:
    return value.isdecimal() and len(value) <= _DIGITS and 0 < int(value) <= _HIGHEST_PORT


def _is_sentence(value: str) -> bool:
    if len(value.split()) >= _FEWEST_WORDS and _SENTENCE.fullmatch(value) is not None:
        return True
    return " " in value and _ATTACK.fullmatch(value) is not None


def _says_who(values: list[str]) -> bool:
    """Whether a part of a gateway is named, and two ends beside it."""
    return any(value.lower() in _MODULES for value in values) and _has_ends(values)


def _has_ends(values: list[str]) -> bool:
    ends = (value for value in values if address(value))
    return next(ends, None) is not None and next(ends, None) is not None


def _numbered(values: list[str]) -> dict[str, str]:
    """A signature between two ends, whose number stands before its name and once more by itself."""
    for value in values:
        found = _NUMBERED.fullmatch(value) if ":" in value[:8] and len(value) <= _LONGEST else None
        if found and found[1] in values and _has_ends(values):
            return {"signature_id": found[1], "signature": found[2], "category": "ips"}
    return {}


def _names_code(values: list[str]) -> bool:
    """Whether a value is a class of malicious code, and another the path of a file on a disk or a share of Windows."""
    files = (value for value in values if value.startswith("\\\\") or value[1:3] == ":\\")
    return any(_CODE.fullmatch(value) for value in values) and any(_PATH.fullmatch(value) for value in files)


def _like(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: pattern.fullmatch(value) is not None


_SHAPES: Final[tuple[tuple[tuple[str, ...], Callable[[str], bool]], ...]] = (
    (("timestamp",), _like(_TIME)),
    (("threat_name",), _like(_NAMED)),
    (("url",), _like(_URL)),
    (("classification",), _like(_CLASS)),
    (("file_path",), _like(_PATH)),
    (("src_ip", "dst_ip"), lambda value: bool(address(value))),
    (("sender", "recipient"), _like(_MAIL)),
    (("protocol",), _like(_PROTOCOL)),
    (("application",), _like(_APPLICATION)),
    (("category",), lambda value: value.lower() in _MODULES),
    (("action",), _like(_ACTED)),
    (("severity",), lambda value: not value.isdigit() and severity_of_word(value) is not None),
    (("file_hash",), _like(_HASH)),
    (("signature",) * 8, _is_sentence),
)
"""Names that a value of each shape is given, the first such value the first. Of signatures the longest counts."""


def named_by_shape(row: list[str]) -> dict[str, str]:
    """A row's values by what they are; nothing when none of them says what was found."""
    if len(row) < FEWEST or sum(1 for value in row[:_MOST] if _PAIR.match(value)) > _MOST_PAIRS:
        return {}
    values = [value.strip() for value in row[:_MOST]]
    short = [value for value in values if len(value) <= _LONGEST]
    named = _numbered(values)
    named_alone = any(_NAMED.fullmatch(each) or _CLASS.fullmatch(each) for each in short) or _names_code(short)
    if not named and not named_alone and not (_says_who(values) and any(_is_sentence(value) for value in short)):
        return {}
    for name, value in _named(values):
        if name == "signature" and len(value) > len(named.get(name, "")) and "signature_id" not in named:
            named[name] = value
        named.setdefault(name, value)
    if _names_code(short):
        named.setdefault("classification", next(value for value in short if _CODE.fullmatch(value)))
    if "threat_name" in named and "signature" in named and "classification" not in named:
        # A sentence beside the name of a malicious code is about how it was looked for.
        named["description"] = named.pop("signature")
    return named


def _named(values: list[str]) -> Iterator[tuple[str, str]]:
    used: dict[str, int] = {}
    last = ""
    for value in values:
        if not value or len(value) > _LONGEST:
            last = ""
            continue
        if last and _is_port(value):
            yield f"{last}_port", value
            last = ""
            continue
        last = ""
        if found := _PROTOCOL_PORT.fullmatch(value):
            yield "protocol", found[1]
            yield "dst_port", found[2]
            continue
        names = next((names for names, fits in _SHAPES if fits(value)), ())
        for name in islice(names, used.get(names[0], 0), None) if names else ():
            used[names[0]] = used.get(names[0], 0) + 1
            yield name, value
            last = name.removesuffix("_ip") if name.endswith("_ip") else ""
            break
