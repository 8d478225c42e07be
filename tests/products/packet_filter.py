"""A real host with a logging firewall, and a real nmap beside it: two network namespaces, needing no privilege.

The kernel writes what nftables logs into its own log only in the first network namespace. So the rules log to a group
of netlink, and Debian's ulogd writes from there what the kernel would have written.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.products import debian

ATTACKER = "198.51.100.7"
HOSTS = "10.20.0."
"""The network of the thirty hosts behind the firewall."""
NEEDED = (
    "a user namespace with a network namespace in it (unshare -Urn) is needed: set kernel.unprivileged_userns_clone=1, "
    "or let the container have CAP_SYS_ADMIN"
)

NETWORK = """\
set -eu
ip link set lo up
unshare -n sleep 600 &
attacker=$!
ulogd=
trap 'kill $attacker $ulogd' EXIT
here=$(readlink /proc/self/ns/net)
while [ "$(readlink /proc/$attacker/ns/net)" = "$here" ]; do sleep 0.05; done
ip link add perimeter type veth peer name outside netns $attacker
ip addr add 198.51.100.1/24 dev perimeter
ip link set perimeter up
for n in $(seq 1 30); do ip addr add {hosts}$n/32 dev lo; done
there="nsenter -t $attacker -n"
$there ip addr add {attacker}/24 dev outside
$there ip link set outside up
$there ip route add {hosts}0/24 via 198.51.100.1
{ulogd} -c {folder}/ulogd.conf &
ulogd=$!
{nft} -f {folder}/rules.nft
while ! grep -q 'entering main loop' {folder}/ulogd.log; do sleep 0.05; done
$there {nmap} -n -Pn "$@"
sleep 1
"""

RULES = """\
table inet perimeter {
    chain input {
        type filter hook input priority 0; policy accept;
        iifname "perimeter" tcp dport 80 accept
        iifname "perimeter" meta l4proto { tcp, udp, icmp } log prefix "refused " group 5 reject
    }
}
"""

LOGGING = """\
[global]
logfile="{folder}/ulogd.log"
loglevel=3
{plugins}
stack=log1:NFLOG,base1:BASE,ifi1:IFINDEX,ip2str1:IP2STR,print1:PRINTPKT,emu1:LOGEMU
[log1]
group=5
[emu1]
file="{folder}/firewall.log"
sync=1
"""
PLUGINS = ("inppkt_NFLOG", "filter_IFINDEX", "filter_IP2STR", "filter_PRINTPKT", "raw2packet_BASE", "output_LOGEMU")


@dataclass(frozen=True)
class PacketFilter:
    """A host that can be scanned. `log` is what a module reads."""

    folder: Path

    @property
    def log(self) -> Path:
        """What the firewall refused, as netfilter writes it."""
        return self.folder / "firewall.log"

    def scan(self, *arguments: str) -> str:
        """Let nmap scan the hosts from outside; what it says. Raises RuntimeError."""
        environment = {**debian.environment(), "NMAPDIR": str(debian.find("/usr/share/nmap"))}
        done = subprocess.run(
            ["unshare", "-Urn", "sh", self.folder / "network.sh", *arguments],
            env={**environment, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{NEEDED}: {done.stderr[-2000:]}")
        return done.stdout


def made(folder: Path) -> PacketFilter:
    """Write down the network, the rules and the logging below `folder`."""
    folder.mkdir()
    programs = {name: debian.find(f"/usr/{path}") for name, path in _PROGRAMS.items()}
    network = NETWORK.format(folder=folder, hosts=HOSTS, attacker=ATTACKER, **programs)
    (folder / "network.sh").write_text(network)
    (folder / "rules.nft").write_text(RULES)
    plugins = "\n".join(
        f'plugin="{debian.find(f"/usr/lib/x86_64-linux-gnu/ulogd/ulogd_{name}.so")}"' for name in PLUGINS
    )
    (folder / "ulogd.conf").write_text(LOGGING.format(folder=folder, plugins=plugins))
    (folder / "firewall.log").touch()
    return PacketFilter(folder)


_PROGRAMS = {"nft": "sbin/nft", "nmap": "bin/nmap", "ulogd": "sbin/ulogd"}
