"""A record that tells of an attack stays a signal, whatever words whoever attacks has put into it."""

from __future__ import annotations

import pytest
from msgspec import structs

from qorgan.module.classify.decide import Decision, decide
from qorgan.module.classify.told import told_by
from qorgan.module.event import Event
from qorgan.module.formats.reading import Reader

WRITTEN = (
    "signatures updated",
    "rules updated by admin",
    "weekly report",
    "block expired for 192.0.2.1",
    "no threats found",
    "scan completed, nothing found",
    "база сигнатур обновлена",
    "еженедельный отчёт",
    "қолтаңбалар жаңартылды",
)
"""What products write of their own affairs."""
TOLD = {
    "in a request": (
        "waf",
        (
            "CEF:0|Specimen|Page Guard|1.0|77|SQL injection attempt|9|src=203.0.113.5 dst=192.0.2.8 request=/a?q=%s "
            "act=blocked msg=SQL injection attempt in parameter q: %s"
        ),
    ),
    "in a subject": (
        "malcode",
        (
            '{"time":"2026-03-02T09:14:07Z","product":"Specimen Mail","event":"malicious attachment","subject":"%s",'
            '"sender":"a@far.example","recipient":"b@bank.example","malware":"Trojan.Agent.X","action":"delivered"}'
        ),
    ),
    "under a signature": (
        "ids",
        (
            'date=2026-03-02 time=09:14:07 type=ids subtype=signature attack="Specimen.Server.RCE" srcip=203.0.113.5 '
            'dstip=192.0.2.8 action=detected msg="%s"'
        ),
    ),
    "in a command": (
        "endpoint",
        (
            '{"time":"2026-03-02T09:14:07Z","agent":"guard","host":"PC-1","detection":"Credential dumping",'
            '"severity":"high","cmdline":"powershell -c echo %s","user":"x","technique":"T1003"}'
        ),
    ),
}


def judged(record: str) -> str:
    (event,) = (event for _, event in Reader("auto").read_all([record.encode()]).events)
    verdict = decide(event)
    return verdict.type.value if isinstance(verdict, Decision) else "none"


@pytest.mark.clause("R67.8.1")
@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("where", TOLD)
def test_an_attack_stays_one(where: str, written: str) -> None:
    kind, record = TOLD[where]
    assert judged(record.replace("%s", "anything")) == kind
    assert judged(record.replace("%s", written)) == kind


def test_what_is_told_is_without_what_others_chose() -> None:
    event = Event(
        format="text",
        vendor="unknown",
        product="unknown",
        record="",
        user="rules-updated",
        file_name="weekly report.docx",
        message=r"rules-updated opened weekly report.docx by /a?b=c at C:\x\report.txt, база обновлена",
    )
    assert told_by(event) == "… opened … by …"
    event = structs.replace(event, message="rules-updated opened C:\\x\\report.txt, база обновлена")
    assert told_by(event) == "… opened … база обновлена"
