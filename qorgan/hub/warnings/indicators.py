"""Indicators: judged by their type, and written as patterns of STIX 2.1, which other systems read."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Final

import msgspec

from qorgan.law.threats import IndicatorType

LONGEST: Final = 2048
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN: Final = re.compile(rf"(?:\*\.)?(?:{_LABEL}\.)+{_LABEL}\Z")
_FORMS: Final[dict[IndicatorType, re.Pattern[str]]] = {
    IndicatorType.DOMAIN: _DOMAIN,
    IndicatorType.URL: re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/]+[^\s]*\Z"),
    IndicatorType.EMAIL: re.compile(rf"[^\s@]+@(?:{_LABEL}\.)+{_LABEL}\Z"),
    IndicatorType.SHA256: re.compile(r"[0-9A-Fa-f]{64}\Z"),
    IndicatorType.SHA1: re.compile(r"[0-9A-Fa-f]{40}\Z"),
    IndicatorType.MD5: re.compile(r"[0-9A-Fa-f]{32}\Z"),
    IndicatorType.AUTONOMOUS_SYSTEM: re.compile(r"(?:AS)?\d{1,10}\Z"),
}
_PATHS: Final[dict[IndicatorType, str]] = {
    IndicatorType.IPV4: "ipv4-addr:value",
    IndicatorType.IPV6: "ipv6-addr:value",
    IndicatorType.DOMAIN: "domain-name:value",
    IndicatorType.URL: "url:value",
    IndicatorType.EMAIL: "email-addr:value",
    IndicatorType.SHA256: "file:hashes.'SHA-256'",
    IndicatorType.SHA1: "file:hashes.'SHA-1'",
    IndicatorType.MD5: "file:hashes.MD5",
    IndicatorType.FILE_NAME: "file:name",
    IndicatorType.AUTONOMOUS_SYSTEM: "autonomous-system:number",
    IndicatorType.MUTEX: "mutex:name",
    IndicatorType.REGISTRY_KEY: "windows-registry-key:key",
}


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By what a threat is recognised. The value is as it is, not defanged."""

    type: IndicatorType | None = None
    value: str = ""


def is_sound(indicator: Indicator) -> bool:
    """Whether the value is one of its type."""
    value = indicator.value
    if indicator.type is None or not value.strip() or len(value) > LONGEST:
        return False
    networks: dict[IndicatorType, Callable[[str], object]] = {
        IndicatorType.IPV4: ipaddress.IPv4Network,
        IndicatorType.IPV6: ipaddress.IPv6Network,
    }
    if indicator.type in networks:
        try:
            networks[indicator.type](value)
        except ValueError:
            return False
        return True
    form = _FORMS.get(indicator.type)
    return form is None or bool(form.match(value))


def pattern(indicator: Indicator) -> str:
    """The indicator as a pattern of STIX 2.1. Raises ValueError for one that is not sound."""
    if indicator.type is None or not is_sound(indicator):
        raise ValueError(f"not a sound indicator: {indicator}")
    if indicator.type is IndicatorType.AUTONOMOUS_SYSTEM:
        return f"[{_PATHS[indicator.type]} = {int(indicator.value.removeprefix('AS'))}]"
    escaped = indicator.value.replace("\\", "\\\\").replace("'", "\\'")
    return f"[{_PATHS[indicator.type]} = '{escaped}']"
