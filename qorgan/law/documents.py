"""The documents of ASOI, by the names that the rules give them."""

from __future__ import annotations

from qorgan.law.labels import Labelled


class DocumentType(Labelled):
    """Every kind of document. Names of the first five are the rules' own; the others are our own words for them."""

    INCIDENT_CARD = "incident-card", "оқыс оқиға картасы", "карта инцидента", "incident card"
    """R67.3.4"""
    THREAT_WARNING = "threat-warning", "қауіп-қатер туралы ескерту", "предупреждение об угрозе", "threat warning"
    """R67.3.3"""
    VULNERABILITY_WARNING = (
        "vulnerability-warning",
        "осалдық туралы ескерту",
        "предупреждение об уязвимости",
        "vulnerability warning",
    )
    """R67.3.5"""
    INQUIRY = "inquiry", "сұрату", "запрос", "inquiry"
    """R67.3.7"""
    ANSWER = "answer", "сұратуға жауап", "ответ на запрос", "answer to an inquiry"
    """R67.14"""
    ISMS_REPORT = "isms-report", "АҚБЖ туралы ақпарат", "информация о СУИБ", "ISMS report"
    """R48.29"""
    PHONE_REPORT = "phone-report", "телефон арқылы хабарлама", "сообщение по телефону", "report by phone"
    """R48I.3-fallback"""
