"""Why a cluster cannot be used; every message ends with what to do about it."""

from __future__ import annotations


class ClusterError(Exception):
    """The cluster's folder, its account or its binaries are not fit for use."""


class StartError(ClusterError):
    """The server was started and did not come up; the message carries the last lines of its log."""
