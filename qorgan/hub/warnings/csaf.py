"""A vulnerability warning out of a CSAF advisory: one warning, with all the vulnerabilities that the file tells of.

Advisories and VEX files are read alike. What the file leaves open the maker of the warning fills in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from qorgan.hub.warnings import csaf_file, csaf_products, score
from qorgan.hub.warnings.score import Score
from qorgan.hub.warnings.vulnerability import CWE, Vulnerability, VulnerabilityWarning
from qorgan.law.tlp import TLP
from qorgan.law.vulnerabilities import CRITICAL_TENTHS, Remedy

MOST_RECOMMENDATIONS: Final = 20
"""More than these nobody decides on one by one; the rest stands with each vulnerability."""
_MOST_REFERENCES: Final = 50
_LONGEST_TITLE: Final = 300
_LONGEST_TEXT: Final = 8_000
_LABELS: Final = {"WHITE": TLP.CLEAR}
_REMEDIES: Final = {"optional_patch": Remedy.VENDOR_FIX}
_BEST_FIRST: Final = tuple(Remedy)
_NOTES: Final = ("summary", "description", "general", "details")


def read(raw: bytes) -> VulnerabilityWarning:
    """The content of a warning out of the bytes of a CSAF file. Raises Refusal, which names the place in the file."""
    advisory = csaf_file.decode(raw)
    if not advisory.vulnerabilities:
        raise csaf_file.malformed("$.vulnerabilities", _("it tells of no vulnerability"))
    head = advisory.document
    names = _names(advisory.vulnerabilities)
    found = tuple(
        _vulnerability(one, name, number)
        for number, (one, name) in enumerate(zip(advisory.vulnerabilities, names, strict=True))
    )
    known = csaf_products.products(advisory.product_tree)
    statuses = {name: one.product_status for one, name in zip(advisory.vulnerabilities, names, strict=True)}
    links = [
        one.url for one in (*head.references, *(link for one in advisory.vulnerabilities for link in one.references))
    ]
    return VulnerabilityWarning(
        title=head.title[:_LONGEST_TITLE],
        publisher=head.publisher.name,
        advisory=head.tracking.id,
        tlp=_tlp(head.distribution),
        description=_text(head.notes) or found[0].details or head.title,
        vulnerabilities=found,
        products=csaf_products.affected(known, statuses),
        recommendations=_recommendations(advisory.vulnerabilities),
        published_at=head.tracking.initial_release_date,
        update_published_at=_update_published(advisory, found),
        references=tuple(dict.fromkeys(links))[:_MOST_REFERENCES],
        imported_from=hashlib.sha256(raw).hexdigest(),
    )


def _names(vulnerabilities: Sequence[csaf_file.Vulnerability]) -> list[str]:
    """What each is called. Raises Refusal for one that has no name, and for a name used twice."""
    names: list[str] = []
    for number, one in enumerate(vulnerabilities):
        name = one.cve or next((other.text for other in one.ids), "") or one.title
        place = f"$.vulnerabilities[{number}]"
        if not name:
            raise csaf_file.malformed(place, _("it has neither number nor name"))
        if name in names:
            raise csaf_file.malformed(place, _("“%(id)s” is there twice") % {"id": name[:80]})
        names.append(name)
    return names


def _vulnerability(one: csaf_file.Vulnerability, name: str, number: int) -> Vulnerability:
    best = max(_scores(one, number), key=lambda found: (found.version, found.tenths), default=None)
    remedy = min((found for _entry, found in _remedies(one)), key=_BEST_FIRST.index, default=None)
    weakness = one.cwe or next(iter(one.cwes), None)
    return Vulnerability(
        id=name,
        title=one.title[:_LONGEST_TITLE],
        cwe=weakness.id if weakness and CWE.match(weakness.id) else "",
        vector=best.vector if best else "",
        exploited=_exploited(one.threats),
        remedy=remedy,
        remedy_text=_joined(_said(entry) for entry, _remedy in _remedies(one)),
        details=_joined((_text(one.notes), *(threat.details for threat in one.threats), *_flags(one))),
    )


def _scores(one: csaf_file.Vulnerability, number: int) -> Iterator[Score]:
    """Every score that is given. Raises Refusal for a vector that is none."""
    given = [
        *((f"scores[{at}]", scores) for at, scores in enumerate(one.scores)),
        *((f"metrics[{at}].content", metric.content) for at, metric in enumerate(one.metrics)),
    ]
    for place, scores in given:
        for name in ("cvss_v2", "cvss_v3", "cvss_v4"):
            vector = getattr(scores, name)
            if vector is None:
                continue
            found = score.read(vector.vector)
            if found is None:
                raise csaf_file.malformed(
                    f"$.vulnerabilities[{number}].{place}.{name}.vectorString", _("this is no CVSS vector")
                )
            yield found


def _remedies(one: csaf_file.Vulnerability) -> Iterator[tuple[csaf_file.Remediation, Remedy]]:
    for entry in one.remediations:
        code = entry.category.replace("_", "-")
        known = _REMEDIES.get(entry.category) or next((remedy for remedy in Remedy if remedy == code), None)
        if known is not None:
            yield entry, known


def _recommendations(vulnerabilities: Iterable[csaf_file.Vulnerability]) -> tuple[str, ...]:
    """What can be done, each thing once, updates before workarounds."""
    found = [(remedy, _said(entry)) for one in vulnerabilities for entry, remedy in _remedies(one)]
    wanted = [Remedy.VENDOR_FIX, Remedy.MITIGATION, Remedy.WORKAROUND]
    ordered = [text for remedy in wanted for is_a, text in found if is_a is remedy and text]
    return tuple(dict.fromkeys(ordered))[:MOST_RECOMMENDATIONS]


def _said(entry: csaf_file.Remediation) -> str:
    return " ".join(filter(None, (entry.details.strip(), entry.url.strip())))[:_LONGEST_TEXT]


def _update_published(advisory: csaf_file.Advisory, found: Sequence[Vulnerability]) -> datetime | None:
    """When the update for the critical ones was published, or else for any; the file's own date where none is given."""
    fixes = [
        (one.tenths or 0, entry.date or advisory.document.tracking.current_release_date)
        for one, given in zip(found, advisory.vulnerabilities, strict=True)
        for entry, remedy in _remedies(given)
        if remedy is Remedy.VENDOR_FIX
    ]
    critical = [at for tenths, at in fixes if tenths >= CRITICAL_TENTHS]
    return min(critical or (at for _tenths, at in fixes), default=None)


def _exploited(threats: Iterable[csaf_file.Threat]) -> bool | None:
    """Whether attackers are said to use it; None where the file does not say so clearly."""
    said = " ".join(threat.details.casefold() for threat in threats if threat.category == "exploit_status")
    if "exploited:yes" in said or "exploited: yes" in said:
        return True
    return False if "exploited:no" in said or "exploited: no" in said else None


def _flags(one: csaf_file.Vulnerability) -> Iterator[str]:
    return (flag.label.replace("_", " ") for flag in dict.fromkeys(one.flags))


def _text(notes: Sequence[csaf_file.Note]) -> str:
    """The note that says best what it is about."""
    for category in _NOTES:
        for note in notes:
            if note.category == category and note.text.strip():
                return note.text.strip()[:_LONGEST_TEXT]
    return ""


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(text for text in texts if text))[:_LONGEST_TEXT]


def _tlp(distribution: csaf_file.Distribution) -> TLP | None:
    if distribution.tlp is None:
        return None
    label = distribution.tlp.label
    return _LABELS.get(label) or TLP(f"TLP:{label}")
