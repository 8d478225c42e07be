"""Passwords, tokens, people, accounts and the institution's inside, in the places where products write them."""

from __future__ import annotations

import base64
import json

import pytest

from qorgan.module.redact.fields import Redactor
from qorgan.wire.signal import RedactionClass

pytestmark = pytest.mark.clause("R67.4")

REDACTOR = Redactor(b"k" * 32, networks=["203.0.113.0/24"], domains=["bank.example"])


@pytest.mark.parametrize(
    ("text", "secrets", "kind"),
    [
        ("GET /a?password=Qwerty123&x=1", ["Qwerty123"], "credential"),
        ("GET /a?x=1&access_token=abc.def-ghi HTTP/1.1", ["abc.def-ghi"], "credential"),
        ("GET /a;jsessionid=0A1B2C3D4E", ["0A1B2C3D4E"], "credential"),
        ("GET /a?api_key=zz99&pin_code=4321", ["zz99", "4321"], "credential"),
        ("GET /a?p%61ssword=Qwerty123", ["Qwerty123"], "credential"),
        ("Cookie: SESSION=abc; theme=dark\r\nHost: x", ["abc", "dark"], "credential"),
        ('{"h":"Cookie: a=\\"b c\\"; d=e\\r\\nHost: x"}', ["b c", "d=e"], "credential"),
        ("Set-Cookie: sid=zz81; Path=/", ["zz81"], "credential"),
        ("Authorization: Basic dXNlcjpwYXNz\r\nHost: x", ["dXNlcjpwYXNz"], "credential"),
        ("authorization: Bearer abcdef0123456789", ["abcdef0123456789"], "credential"),
        ('proxy-authorization: Digest username="clerk", response="6629fae4"', ["6629fae4"], "credential"),
        ("x=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_DEF-1", ["eyJhbGci", "abc_DEF-1"], "credential"),
        ("https://clerk:Qwerty123@www.example.com/", ["Qwerty123"], "credential"),
        ('{"user_password":"Qwerty 123","otp":"998877"}', ["Qwerty 123", "998877"], "credential"),
        ('{"otp":998877}', ["998877"], "credential"),
        ('{"name":"Cookie","value":"SESSION=abc"}', ["SESSION=abc"], "credential"),
        ('{"label":"password","value":"Qwerty123"}', ["Qwerty123"], "credential"),
        ('{"id": "password", "value": "Qwerty123"}', ["Qwerty123"], "credential"),
        ('{"value":"Qwerty\\"123","label":"password"}', ['Qwerty\\"123'], "credential"),
        ('{"Key": "client_secret", "Value": "Qwerty123"}', ["Qwerty123"], "credential"),
        ('{"command":"PASS","command_data":"Qwerty123"}', ["Qwerty123"], "credential"),
        ("пароль: Qwerty123 құпиясөз=Astana99", ["Qwerty123", "Astana99"], "credential"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", ["MIIE"], "credential"),
        ("mail from a.clerk@example.com to x", ["a.clerk"], "email"),
        ("to=a.clerk%40example.com", ["a.clerk"], "email"),
        ('{"suser":"a.clerk@example.com"}', ["a.clerk"], "email"),
        ("suser=a.clerk act=x", ["a.clerk"], "user"),
        ("user=BANK\\a.clerk", ["a.clerk"], "user"),
        ('{"m":"BANK\\\\a.clerk signed in"}', ["a.clerk"], "user"),
        ('{"data":{"dstuser":"a.clerk"}}', ["a.clerk"], "user"),
        ("file C:\\Users\\a.clerk\\Downloads\\x.exe", ["a.clerk"], "user"),
        ("/home/a.clerk/.ssh/id_rsa", ["a.clerk"], "user"),
        ("пользователь: Иванова", ["Иванова"], "user"),
        ("ФИО: Тестов Тест Тестович", ["Тестов", "Тестович"], "name"),
        ("клиент Тестова Айгүл, звонок", ["Тестова", "Айгүл"], "name"),
        ("меня зовут Айгүл Тестқызы", ["Айгүл", "Тестқызы"], "name"),
        ("звонил Тест Тестұлы с утра", ["Тестұлы"], "name"),
        ("тегі: Тестов", ["Тестов"], "name"),
        ('{"fullName":"Test Testov","n":1}', ["Testov"], "name"),
        ("/pay?card_holder=TEST+TESTOVA&x=1", ["TESTOVA"], "name"),
        ("г-н Тестов пришёл", ["Тестов"], "name"),
        ("счет № 12345678", ["12345678"], "account"),
        ("Счёт клиента: 1234 5678 90", ["1234 5678 90"], "account"),
        ("шот нөмірі 12345678", ["12345678"], "account"),
        ("account number: 00123456", ["00123456"], "account"),
        ('{"clientAccount":"00123456"}', ["00123456"], "account"),
        ("договор №778899001", ["778899001"], "account"),
        ("жеке куәлік 012345678", ["012345678"], "account"),
        ("карта 4111 1111 1111 1112", ["4111 1111 1111 1112"], "pan"),
        ("ЖСН 123456789011", ["123456789011"], "iin"),
        ("SERIALNUMBER=IIN123456789011", ["123456789011"], "iin"),
        ("тел. +998 90 123 45 67", ["998 90 123"], "phone"),
        ("телефон 7011234567", ["7011234567"], "phone"),
        ("dst=10.1.2.3 src=8.8.8.8", ["10.1.2.3"], "host"),
        ("peer ::ffff:10.1.2.3 via ::ffff:8.8.8.8", ["10.1.2.3"], "host"),
        ("from [0:0:0:0:0:FFFF:192.168.1.7]:443", ["192.168.1.7"], "host"),
        ("X-Forwarded-For: 192.168.14.20", ["192.168.14.20"], "host"),
        ("dst=203.0.113.77", ["203.0.113.77"], "host"),
        ("dst=fd00::12", ["fd00::12"], "host"),
        ("to srv-db01.core.bank.example port 5432", ["srv-db01.core"], "host"),
        ("to srv-db01.ad.local", ["srv-db01"], "host"),
        ("dvchost=srv-db01 act=x", ["srv-db01"], "host"),
        ("dhost=PC-0042 act=x", ["PC-0042"], "host"),
        ("<134>Mar  2 09:14:07 srv-db01 CEF:0|a|b|1|1|n|1|", ["srv-db01"], "host"),
        ('{"agent":{"id":"001","name":"srv-db01"}}', ["srv-db01"], "host"),
    ],
)
def test_the_secret_is_gone_and_counted(text: str, secrets: list[str], kind: str) -> None:
    cleaned, counts = REDACTOR.text(text)
    assert not [secret for secret in secrets if secret in cleaned]
    assert RedactionClass(kind) in counts
    assert REDACTOR.text(cleaned) == (cleaned, {})
    if text.startswith("{"):
        json.loads(cleaned)


def test_the_domain_of_an_address_stays() -> None:
    assert REDACTOR.text("from a.clerk@example.com")[0].endswith("@example.com")


def test_an_outside_address_beside_an_inside_one_stays() -> None:
    cleaned, counts = REDACTOR.text("src=198.51.100.7 dst=10.0.0.1 shost=PC-1")
    assert "198.51.100.7" in cleaned
    assert counts == {RedactionClass.HOST: 2}


def test_a_base64_body_is_written_anew_without_the_secret() -> None:
    body = base64.b64encode(b"POST /login HTTP/1.1\r\n\r\nlogin=a.clerk&password=Qwerty123").decode()
    cleaned, counts = REDACTOR.text(json.dumps({"payload": body}))
    hidden = base64.b64decode(json.loads(cleaned)["payload"]).decode()
    assert "POST /login" in hidden
    assert "Qwerty123" not in hidden
    assert "a.clerk" not in hidden
    assert counts == {RedactionClass.USER: 1, RedactionClass.CREDENTIAL: 1}


@pytest.mark.parametrize("address", ["77.123.123.123", "87.71.234.212", "77.7.255.255"])
def test_an_address_whose_digits_could_be_a_phones_stays(address: str) -> None:
    for text in (f"src={address} dpt=443", f'{{"src_ip":"{address}","dest_port":443}}', f"from {address}:443"):
        assert REDACTOR.text(text) == (text, {})


@pytest.mark.parametrize("phone", ["+77.123.123.123", "8.701.123.45.67", "7.701.123.4567", "+7 701 123 45 67"])
def test_a_phone_with_dots_is_gone_all_the_same(phone: str) -> None:
    cleaned, counts = REDACTOR.text(f"x {phone} x")
    assert counts == {RedactionClass.PHONE: 1}, cleaned
