"""Small messages that go every way that reading can take, so that all of it is loaded before the room is closed."""

from __future__ import annotations

import base64
import gzip
import io
import tarfile
import zipfile
from typing import Final

_FILE: Final = b"nothing to see"


def _zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", _FILE)
    return made.getvalue()


def _tarred() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        entry = tarfile.TarInfo("a.txt")
        entry.size = len(_FILE)
        archive.addfile(entry, io.BytesIO(_FILE))
    return gzip.compress(made.getvalue())


def _message() -> bytes:
    head = (
        "Received: from example.com (example.com [203.0.113.9]) by mx.example.kz; Mon, 2 Mar 2026 09:14:07 +0500\r\n"
        "Authentication-Results: mx.example.kz; spf=fail; dkim=none; dmarc=fail\r\n"
        "From: =?koi8-r?B?8M/e1ME=?= <help@xn--e1afmkfd.example>\r\nSubject: =?utf-8?Q?=D0=A1=D1=87=D1=91=D1=82?=\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    )
    pages = (
        "--b\r\nContent-Type: text/html; charset=windows-1251\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        '<a href=3D"https://пример.example/x?y">bank.example &amp; </a>\r\n'
        "--b\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n-----\r\nFrom: a@example.com\r\nSubject: b\r\n"
    )
    files = "".join(
        f'--b\r\nContent-Type: application/octet-stream; name="a.{kind}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{base64.b64encode(content).decode()}\r\n"
        for kind, content in (("zip", _zipped()), ("gz", _tarred()), ("bin", _FILE))
    )
    return (head + pages + files + "--b--\r\n").encode()


def _specimens() -> tuple[bytes, ...]:
    whole = _message()
    attached = (
        b'From: clerk@example.local\r\nContent-Type: multipart/mixed; boundary="c"\r\n\r\n--c\r\n'
        b"Content-Type: message/rfc822\r\n\r\n" + whole + b"\r\n--c--\r\n"
    )
    return whole, attached, whole[: len(whole) // 2], whole.replace(b"203", b"\xff"), b"", b"PK"


SPECIMENS: Final = _specimens()
