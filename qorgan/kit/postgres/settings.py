"""How the server is set: durable always, quiet, for one machine shared with the programs that use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qorgan.kit.postgres.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DURABLE: Final = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""What is acknowledged stays. Nobody may set these otherwise."""

USUAL: Final = {
    "shared_buffers": "128MB",
    "max_wal_size": "4GB",  # few checkpoints while many rows come in: full page images are the dearest part of WAL
    "min_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "jit": "off",  # compiling costs more than it saves in queries of milliseconds
    "random_page_cost": "1.1",
    "max_locks_per_transaction": "256",  # a query over a year of day partitions locks them all
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
"""What a caller may set otherwise."""

OURS: Final = frozenset(
    {
        "config_file",
        "data_directory",
        "hba_file",
        "listen_addresses",
        "log_directory",
        "log_filename",
        "logging_collector",
        "port",
        "unix_socket_directories",
        "unix_socket_permissions",
    }
)
"""What the launcher itself relies on."""


def arguments(
    wanted: Mapping[str, str] | None, *, socket_folder: Path, port: int, listen: bool, log: Path
) -> list[str]:
    """The server's command-line options. Raises ClusterError for a setting that is not the caller's to make."""
    chosen = dict(wanted or {})
    for name in chosen:
        if name in DURABLE or name in OURS:
            raise ClusterError(f"The setting {name!r} is fixed by the launcher. Leave it out.")
    place = {
        "listen_addresses": "127.0.0.1" if listen else "",
        "port": str(port),
        "unix_socket_directories": str(socket_folder),
        "logging_collector": "on",
        "log_directory": str(log),
        "log_filename": "server-%a.log",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_truncate_on_rotation": "on",
    }
    settings = USUAL | place | chosen | DURABLE
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
