"""The picture that an app of one-time codes reads with its camera."""

from __future__ import annotations

import base64
import io

import qrcode
from qrcode.image.svg import SvgPathImage


def picture(address: str) -> str:
    """An address as an image that stands in the page itself: no second request carries the secret."""
    drawn = io.BytesIO()
    qrcode.make(address, image_factory=SvgPathImage, box_size=10, border=2).save(drawn)
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.getvalue()).decode('ascii')}"
