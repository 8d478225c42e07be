"""What only looks like a secret stays: an analyst needs it."""

from __future__ import annotations

import pytest

from qorgan.module.redact.fields import Redactor

REDACTOR = Redactor(b"k" * 32, domains=["example.kz"], own_bins=["940140000385"])


@pytest.mark.clause("R67.4")
@pytest.mark.parametrize(
    "text",
    [
        "order 123456789012 was paid",
        "order 4111111111111112 was paid",
        '{"flow_id":4111111111111111,"tx_id":0}',
        '{"flow_id": 1398609176796675}',
        '[unique_id "163722446755.059797"]',
        "externalId=4929123412341234567 act=blocked",
        "[pid 2560:tid 4111111111111111]",
        "2024-01-15 10:30:00.123456 20240115103000 20240115T103000Z 1700758468.384019 1772424847000",
        "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "md5 940101300123940101300123940101ab uuid 71de5c6d-5faa-4d60-b145-940101300123",
        "0.940101300123 and 940101300123.5",
        "198.51.100.7:47762 -> 203.0.113.10:443 2001:db8::1",
        '[id "942100"] [line "66"] sid:2034125; rev:4; CVE-2021-41773',
        "BIN 940140000385 is ours",
        "id=1' OR '1'='1 UNION SELECT password FROM users--",
        "Failed password for root from 198.51.100.7 port 22 ssh2",
        "user=admin suser=root duser=N/A",
        "https://www.example.com/login?next=/home/page",
        "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/78.0.3904.108",
        "HKLM\\Software\\Microsoft\\Windows C:\\Windows\\System32\\cmd.exe",
        "../../../../etc/passwd %2e%2e%2f%2e%2e%2f",
        "dhost=evil.example.com request=http://evil.example.com/a.exe",
        'content:"password="; sid:2034125; rev:3;',
        "token: null password=*** cookie: -",
        "account lockout 4740, account locked",
        "94.0.1.0 9401013001 94010130012 9401013001234",
        "87 654 321",
        "client denied by server configuration: Client Hello, client: Mozilla/5.0",
        "Клиент Банк Онлайн обновлён; имя файла: setup.exe; имя хоста не найдено",
        "Rule Name: Block All; File Name: report.docx; threat name: Trojan.Generic",
        "last July fully truly Uly Dala customer portal",
        '{"flow_id":4111111111111111}',
        "990106300597 230540004988 949940000385 940190000385 940149000385",
    ],
)
def test_a_near_miss_stays_as_it_was(text: str) -> None:
    assert REDACTOR.text(text) == (text, {})
