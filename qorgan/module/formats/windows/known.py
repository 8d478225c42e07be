"""What Windows' events mean, as data: `products/windows-events.toml`, by provider and number."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from qorgan.module.formats.text.meaning import MEANINGS, Constants
from qorgan.module.formats.text.products import FOLDER, ProductRefused
from qorgan.module.formats.windows.record import WindowsRecord, plain

FILE: Final = "windows-events.toml"


class Known(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of event as written."""

    ids: Annotated[tuple[int, ...], Meta(min_length=1)]
    title: Annotated[str, Meta(min_length=4, max_length=120)]
    provider: str = ""
    """Part of the provider's or the channel's name, lower-case; Windows' own security log when it does not say."""
    means: str = ""
    """One of the meanings of free text; without one the event is about nothing that has one."""
    category: str = ""
    product: str = "Windows"
    when: dict[str, tuple[str, ...]] = {}
    """Values that fields must have, as they begin, lower-case; with `not-` before a name, must not have."""
    user: tuple[str, ...] = ("TargetUserName", "AccountName", "User")
    source: tuple[str, ...] = ("IpAddress", "SourceNetworkAddress", "ClientAddress", "SourceAddress", "ClientIP")
    source_port: tuple[str, ...] = ("IpPort", "SourcePort", "ClientPort")
    destination: tuple[str, ...] = ("DestAddress", "DestinationAddress", "DestinationIp")
    destination_port: tuple[str, ...] = ("DestPort", "DestinationPort")
    machine: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    """Under which names stands what was found."""
    file: tuple[str, ...] = ()
    action: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    """Names of values that some shippers send without names, in their order."""
    test: tuple[dict[str, Any], ...] = ()

    @property
    def constants(self) -> Constants:
        """The fields of an Event that its meaning has."""
        found = dict(MEANINGS.get(self.means, {}))
        if self.category:
            found["category"] = f"{self.category}; {found['category']}" if "category" in found else self.category
        return found

    def fits(self, record: WindowsRecord) -> bool:
        """Whether an event of one of its numbers is this one."""
        where = f"{record.provider} {record.channel}".lower()
        wanted = self.provider or "security"
        if wanted not in where and (self.provider or where.strip()):
            return False
        for name, values in self.when.items():
            found = record.data.get(plain(name.removeprefix("not-")), "").lower()
            if found.startswith(values) is name.startswith("not-"):
                return False
        return True


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    event: Annotated[tuple[Known, ...], Meta(min_length=1)]


@cache
def known_events() -> dict[int, tuple[Known, ...]]:
    """The kinds of events by number, in the order in which they are asked. Raises ProductRefused."""
    try:
        written = msgspec.convert(tomllib.loads((FOLDER / FILE).read_text("utf-8")), _File)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ProductRefused(f"{FILE}: {error}") from None
    found: dict[int, tuple[Known, ...]] = {}
    for each in written.event:
        if each.means and each.means not in MEANINGS:
            raise ProductRefused(f"{FILE}: {each.title}: there is no meaning {each.means}")
        for number in each.ids:
            found[number] = (*found.get(number, ()), each)
    return found
