"""A real Suricata with one rule of our own, reading captures of traffic that are written here, byte by byte."""

from __future__ import annotations

import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.products import debian

ATTACKER, VICTIM = "198.51.100.7", "10.20.0.5"
RULE_ID = 9_000_001
RULE = (
    'alert http any any -> any any (msg:"EXAMPLE EXPLOIT Lookup in a request"; flow:established,to_server; '
    f'http.uri; content:"${{jndi:"; classtype:attempted-admin; sid:{RULE_ID}; rev:1; '
    "metadata:mitre_technique_id T1190;)\n"
)
SETTINGS = """\
%YAML 1.1
---
vars:
  address-groups:
    HOME_NET: "[10.20.0.0/16]"
    EXTERNAL_NET: "!$HOME_NET"
default-log-dir: {folder}
classification-file: {etc}/classification.config
reference-config-file: {etc}/reference.config
outputs:
  - eve-log:
      enabled: yes
      filetype: regular
      filename: eve.json
      types: [alert: {{metadata: yes}}, http, flow]
app-layer:
  protocols:
    http:
      enabled: yes
"""
_SYN, _ACK, _PUSH, _FIN = 2, 16, 24, 17
_RAW_IP = 101


@dataclass(frozen=True)
class Sensor:
    """One that is set up. `log` is what a module reads."""

    folder: Path

    @property
    def log(self) -> Path:
        """Its eve.json."""
        return self.folder / "eve.json"

    def watch(self, requests: dict[int, bytes]) -> str:
        """Let it see these requests, each from a port of the attacker's; what it says. Raises RuntimeError."""
        capture = self.folder / "traffic.pcap"
        capture.write_bytes(_capture([packet for port, sent in requests.items() for packet in _talk(port, sent)]))
        command = [
            *(debian.find("/usr/bin/suricata"), "-c", self.folder / "suricata.yaml", "-S", self.folder / "own.rules"),
            *("-r", capture, "-l", self.folder),
        ]
        done = subprocess.run(
            command, env=debian.environment(), capture_output=True, text=True, timeout=120, check=False
        )
        if done.returncode:
            raise RuntimeError(f"suricata: {done.stderr[-2000:]}")
        return done.stdout


def made(folder: Path) -> Sensor:
    """Write down its settings and its rule below `folder`."""
    folder.mkdir()
    etc = debian.find("/etc/suricata/classification.config").parent
    (folder / "suricata.yaml").write_text(SETTINGS.format(folder=folder, etc=etc))
    (folder / "own.rules").write_text(RULE)
    (folder / "eve.json").touch()
    return Sensor(folder)


def _talk(port: int, sent: bytes) -> list[bytes]:
    """The packets of one connection with one request and its answer."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    mine, theirs = 1_000, 5_000
    after, done = mine + 1 + len(sent), theirs + 1 + len(answer)
    return [
        _packet(port, mine, 0, _SYN),
        _packet(port, theirs, mine + 1, _SYN | _ACK, back=True),
        _packet(port, mine + 1, theirs + 1, _ACK),
        _packet(port, mine + 1, theirs + 1, _PUSH, sent),
        _packet(port, theirs + 1, after, _PUSH, answer, back=True),
        _packet(port, after, done, _FIN),
        _packet(port, done, after + 1, _FIN, back=True),
        _packet(port, after + 1, done + 1, _ACK),
    ]


def _packet(port: int, number: int, heard: int, flags: int, data: bytes = b"", *, back: bool = False) -> bytes:
    ends, ports = [_four(ATTACKER), _four(VICTIM)], [port, 80]
    if back:
        ends.reverse()
        ports.reverse()
    tcp = struct.pack("!HHIIBBHHH", *ports, number, heard, 5 << 4, flags, 8_192, 0, 0) + data
    pseudo = ends[0] + ends[1] + struct.pack("!BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + _checksum(pseudo + tcp) + tcp[18:]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, 6, 0, *ends)
    return ip[:10] + _checksum(ip) + ip[12:] + tcp


def _capture(packets: list[bytes]) -> bytes:
    """A file of libpcap, a packet every millisecond."""
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, _RAW_IP)
    began = 1_795_147_200
    return head + b"".join(
        struct.pack("<IIII", began + at // 1_000, at % 1_000 * 1_000, len(packet), len(packet)) + packet
        for at, packet in enumerate(packets)
    )


def _four(address: str) -> bytes:
    return bytes(map(int, address.split(".")))


def _checksum(data: bytes) -> bytes:
    """RFC 1071."""
    padded = data + b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)
