"""How much of a message is looked at. What lies beyond is said in the signal, and is not looked at."""

from __future__ import annotations

from typing import Final

MOST_MESSAGE: Final = 24 * 1024 * 1024
"""Bytes of a message."""
MOST_HEAD: Final = 256 * 1024
"""Bytes of one part's headers."""
MOST_HEADERS: Final = 1_000
"""Headers of one part."""
MOST_VALUE: Final = 4_096
"""Characters of one header's value."""
MOST_DEPTH: Final = 16
"""Multiparts and messages inside one another."""
MOST_PARTS: Final = 256
"""Parts of a whole message, whatever they are inside of."""
MOST_TEXT: Final = 512 * 1024
"""Characters of one text part in which links are looked for."""
MOST_TEXTS: Final = 2 * 1024 * 1024
"""Characters of all its text parts together."""
MOST_LINKS: Final = 64
"""Different hosts of links."""
MOST_ATTACHMENTS: Final = 32
"""Attachments that are told one by one."""
MOST_FORWARDS: Final = 3
"""Forwards inside one another that are opened to find what was reported."""
MOST_UNPACKED: Final = 64 * 1024 * 1024
"""Bytes that come out of all archives of a message together."""
MOST_HELD: Final = 16 * 1024 * 1024
"""Bytes of one file inside an archive that is itself opened, if it is an archive."""
MOST_FILES: Final = 200
"""Files of all archives of a message together."""
MOST_NESTED: Final = 3
"""Archives inside one another."""
MOST_NOTES: Final = 16
"""What is said about a message in words."""
