"""By what an institution is judged, gathered from its configuration and its redaction key."""

from __future__ import annotations

from collections.abc import Iterable

from qorgan.module import keys
from qorgan.module.config import Config
from qorgan.module.keys import KeyRefused
from qorgan.module.packs.trust import store_of
from qorgan.module.redact.tokens import token_key
from qorgan.module.room.frames import Rules


def rules_of(config: Config, organisation: str, more_zones: Iterable[str] = ()) -> Rules:
    """The rules of a configuration, for the institution with this BIN. Raises KeyRefused.

    `more_zones` are those of sources that are about to end, and may give something yet.
    """
    path = config.folder / keys.REDACTION
    try:
        key = token_key(path)
    except ValueError as error:
        raise KeyRefused(f"{error}; put it back from a backup, or move it away to begin with a new one") from None
    except OSError as error:
        raise KeyRefused(f"{path}: {error.strerror or error}; let the module's user read it") from None
    return Rules(
        key=key,
        networks=config.institution.networks,
        domains=config.institution.internal_domains,
        own_bins=(organisation,),
        mail_relays=config.institution.mail_relays,
        mail_checkers=config.institution.mail_checkers,
        packs=store_of(config).in_force().files,
        detect=config.detect,
        zones=tuple({source.zone for source in config.sources}.union(more_zones)),
    )
