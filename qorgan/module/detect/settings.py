"""What counts as an attack, in numbers that an operator may change. Each is the first that alarms; 0 is never."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from msgspec import Meta, Struct

Threshold = Annotated[int, Meta(ge=0, le=200)]


class DetectTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Windows over sign-ins and refused connections (R67.8.6-R67.8.8). `outside` is all that is not the inside."""

    window_minutes: Annotated[int, Meta(ge=1, le=1_440)] = 10
    """The window of all numbers but those that begin with `slow_`."""
    slow_hours: Annotated[int, Meta(ge=1, le=168)] = 24
    again_minutes: Annotated[int, Meta(ge=1, le=1_440)] = 60
    """An attack that goes on is told again, grown, at this interval; sooner at its beginning."""
    failures: Threshold = 6
    """Failed sign-ins of one account from one outside source: guessing."""
    accounts: Threshold = 6
    """Accounts that fail from one outside source, and do not sign in from it: spraying."""
    tries: Annotated[int, Meta(ge=1, le=200)] = 3
    """Failures an account, on average, above which many accounts are guessed at and not sprayed."""
    inside_failures: Threshold = 0
    """As `failures`, from an inside source: a service with an old password looks just the same."""
    inside_accounts: Threshold = 15
    """As `accounts`, from an inside source."""
    unknown_failures: Threshold = 30
    """Failures of one account in records that do not say from where."""
    slow_failures: Threshold = 40
    """As `failures`, in the long window."""
    slow_accounts: Threshold = 20
    """As `accounts`, in the long window."""
    many_sources: Threshold = 5
    """Outside sources from which one account fails: guessing from many sources, with `many_failures`."""
    many_failures: Threshold = 15
    crowd_accounts: Threshold = 30
    """Accounts that fail from outside, few times each, wherever from: spraying from many sources."""
    crowd_sources: Threshold = 15
    """Least number of sources for that."""
    crowd_times: Annotated[float, Meta(ge=1, le=100)] = 4.0
    """How many times over the usual number of failing accounts the crowd must be."""
    hosts: Threshold = 15
    """Hosts that one outside source was refused at, at one port: a scan."""
    ports: Threshold = 15
    """Ports of one host that one outside source was refused at: a scan."""
    targets: Threshold = 40
    """Hosts with ports, of any kind, that one outside source was refused at: a scan of a block."""
    inside_hosts: Threshold = 50
    inside_ports: Threshold = 50
    inside_targets: Threshold = 100
    slow_hosts: Threshold = 30
    """As `hosts`, `ports` and `targets`, from outside and in the long window."""
    slow_ports: Threshold = 30
    slow_targets: Threshold = 60
    trusted: tuple[str, ...] = ()
    """Networks whose addresses are no attacker: monitoring, scanners of one's own, VPN gateways, balancers."""
    remembered: Annotated[int, Meta(ge=1_000, le=200_000)] = 20_000
    """Sources, and accounts, that each of five windows can watch at once: 10 MB a thousand in all, at the very most."""

    def __post_init__(self) -> None:
        """Refuses what is no network."""
        for network in self.trusted:
            try:
                ipaddress.ip_network(network)
            except ValueError:
                raise ValueError("trusted must be networks, as 203.0.113.10/32 or 10.9.0.0/16 is") from None
