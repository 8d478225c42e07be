"""Sends a browser on from a page of the gate to an application.

A page's policy lets its forms lead to the gate alone, and browsers hold a redirection after a form to the same. So
where a form may have come before, the browser is told to go on by a page of its own: it goes at once, or by the link.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from qorgan.gate.oidc.answers import closed
from qorgan.gate.oidc.redirects import with_answer


def onward(request: HttpRequest, address: str, answer: Mapping[str, str], name: str) -> HttpResponseBase:
    """The page that leads to the address of an application of this name, with the answer."""
    to = with_answer(address, answer)
    response = render(request, "oidc/onward.html", {"address": to, "name": name})
    response["Refresh"] = f"0;url={to}"
    # What the address carries is for whoever it leads to.
    response["Referrer-Policy"] = "no-referrer"
    return closed(response)
