"""Nothing of the gate answers in the clear beyond this machine, and what is encrypted is encrypted well."""

from __future__ import annotations

import socket
import ssl

import pytest

from qorgan.gate.config import load
from qorgan.kit.config import ConfigRefused

HALVES = ["localhost", "127.0.0.1", "::1"]


@pytest.mark.clause("R57.3.5")
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "gate.example"])
def test_no_listener_answers_in_the_clear_beyond_loopback(tmp_path, host):
    file = tmp_path / "gate.toml"
    file.write_text(f'[portal]\nhost = "{host}"\naddress = "https://gate.example"\n')
    with pytest.raises(ConfigRefused, match=r"in the clear beyond this machine; give portal\.tls\.certificate"):
        load(file, {})


@pytest.mark.clause("R57.3.5")
def test_the_address_that_people_type_is_encrypted_beyond_this_machine(tmp_path):
    file = tmp_path / "gate.toml"
    file.write_text('[portal]\naddress = "http://gate.example"\n')
    with pytest.raises(ConfigRefused, match="write https://"):
        load(file, {})


@pytest.mark.parametrize("host", HALVES)
def test_on_this_machine_a_listener_may_stand_behind_another_server(tmp_path, host):
    file = tmp_path / "gate.toml"
    file.write_text(f'[portal]\nhost = "{host}"\naddress = "https://gate.example"\n')
    assert load(file, {}).portal.host == host


@pytest.mark.clause("R57.3.2")
@pytest.mark.parametrize(
    "key", ["providers.biometrics", "providers.own_biometrics", "providers.mobile_numbers", "messages"]
)
def test_nobody_is_asked_or_told_about_people_in_the_clear(tmp_path, key):
    file = tmp_path / "gate.toml"
    file.write_text(f'[{key}]\nurl = "http://registry.example/"\n')
    with pytest.raises(ConfigRefused, match=f"{key}.url .* write https://"):
        load(file, {})
    file.write_text(f'[{key}]\nurl = "http://127.0.0.1:1/"\n')
    assert load(file, {})


def offered(port: int, lowest: ssl.TLSVersion, highest: ssl.TLSVersion, ciphers: str = "ALL:@SECLEVEL=0") -> str:
    """The version that a client settles on with the gate. Raises ssl.SSLError when there is none."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.set_ciphers(ciphers)
    client.minimum_version, client.maximum_version = lowest, highest
    with socket.create_connection(("127.0.0.1", port)) as raw, client.wrap_socket(raw) as wrapped:
        return str(wrapped.version())


@pytest.mark.clause("R57.3.2")
@pytest.mark.clause("R57.3.5")
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_tls_1_2_and_1_3_are_spoken_and_nothing_older_or_weaker(web_by_tls):
    port = web_by_tls.port
    assert offered(port, ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
    assert offered(port, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    for old in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        with pytest.raises(ssl.SSLError):
            offered(port, old, old)
    with pytest.raises(ssl.SSLError):
        offered(
            port, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384"
        )


@pytest.mark.clause("R57.3.5")
def test_a_listener_that_speaks_tls_answers_nothing_in_the_clear(web_by_tls):
    with socket.create_connection(("127.0.0.1", web_by_tls.port), timeout=20) as raw:
        raw.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"HTTP/1.1 200" not in raw.recv(1000)
