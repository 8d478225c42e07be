"""Whether the portal answers, as the clerk can ask it. No Django here: the supervisor says where."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from qorgan.kit.serving.supervisor import answers

VARIABLE: Final = "QORGAN_GATE_ANSWERS"
"""Names the portal's address on this machine."""


def is_here(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether it answers. Where nobody said at which address, that is not in question."""
    portal = environment.get(VARIABLE, "")
    return not portal or answers(portal)
