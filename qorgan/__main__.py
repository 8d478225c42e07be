"""`python -m qorgan`."""

from __future__ import annotations

import sys

from qorgan.cli import main

sys.exit(main())
