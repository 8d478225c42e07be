"""Package URLs: read, and stripped of what tells one build from another."""

from __future__ import annotations

from packageurl import PackageURL


def read(text: str) -> PackageURL | None:
    """What a package URL names; None when it is none."""
    if not text:
        return None
    try:
        return PackageURL.from_string(text)
    except ValueError:
        return None


def plain(package: PackageURL) -> str:
    """The package and its version, without architecture, epoch and the like."""
    return PackageURL(package.type, package.namespace, package.name, package.version).to_string()
