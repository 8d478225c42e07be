"""The two kinds of warnings, as the engine knows them."""

from __future__ import annotations

from typing import Final

from qorgan.hub.casework.kinds import Addressing, DocumentKind
from qorgan.hub.warnings import actions, lifecycle, threat, threat_form, vulnerability, vulnerability_form
from qorgan.law.documents import DocumentType

THREAT_WARNING: Final = DocumentKind(
    document_type=DocumentType.THREAT_WARNING,
    letters="TW",
    content=threat.ThreatWarning,
    life=lifecycle.THREAT,
    preparation=lifecycle.THREAT_PREPARATION,
    reception=lifecycle.RECEPTION,
    addressing=Addressing.ALL,
    fields=threat_form.FIELDS,
    lacks=threat.lacks,
    facets=threat.facets,
    recommendations=lambda content: content.recommendations,
    after=actions.after_threat,
    in_force=lifecycle.PUBLISHED,
    concerns=actions.in_time,
)
VULNERABILITY_WARNING: Final = DocumentKind(
    document_type=DocumentType.VULNERABILITY_WARNING,
    letters="VW",
    content=vulnerability.VulnerabilityWarning,
    life=lifecycle.VULNERABILITY,
    preparation=lifecycle.VULNERABILITY_PREPARATION,
    reception=lifecycle.RECEPTION,
    addressing=Addressing.CHOSEN,
    fields=vulnerability_form.FIELDS,
    lacks=vulnerability.lacks,
    facets=vulnerability.facets,
    recommendations=lambda content: content.recommendations,
    made_by_centre_only=True,
    names_addressees=False,
    after=actions.after_vulnerability,
    in_force=lifecycle.PUBLISHED,
    concerns=actions.concerns_later,
    brought=actions.brought,
)
