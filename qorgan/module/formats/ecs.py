"""Elastic Common Schema: JSON whose names are those of ECS, whoever shipped it."""

from __future__ import annotations

import re
from typing import Final

from qorgan.module.formats.json_any import Json, begins_object

_MARK: Final = re.compile(rb'"ecs"\s*:\s*\{|"ecs\.version"|"event\.(?:dataset|category|kind|module)"')
_EVENT: Final = re.compile(rb'"event"\s*:\s*\{[^{}]{0,4096}?"(?:kind|category|dataset|module)"\s*:')


class Ecs(Json):
    """Reads ECS records of one source."""

    name = "ecs"
    wrappers = ("_source", "fields", "json")
    of_one_record = ("event.id",)

    def recognises(self, record: bytes) -> bool:
        """Whether it says that it is of ECS, or has a time and an event as ECS has them."""
        if not begins_object(record):
            return False
        return _MARK.search(record) is not None or (b'"@timestamp"' in record and _EVENT.search(record) is not None)
