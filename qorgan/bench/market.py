"""The demonstration as something to measure: a whole hub with five modules, and a browser that is signed in."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

from qorgan.bench.chromium import chromium
from qorgan.bench.command import QORGAN, free_port
from qorgan.demo.market import PEOPLE
from qorgan.demo.sign_in import SignIn
from qorgan.kit.postgres import Cluster

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
STILL = "0.001"
"""A pace at which the example logs hardly grow."""


@dataclass(frozen=True)
class Market:
    """A running demonstration."""

    address: str
    folder: Path
    sign_in: SignIn

    def log(self, institution: str, name: str) -> Path:
        """A log that an institution's module reads."""
        return self.folder / institution / "logs" / name

    @contextmanager
    def superuser(self) -> Iterator[str]:
        """The URL of its database for whoever may do everything."""
        with Cluster(self.folder / "hub" / "postgres").start() as server:
            yield server.superuser_dsn("qorgan")


@contextmanager
def running() -> Iterator[Market]:
    """A demonstration of its own, gone afterwards with its data."""
    folder = Path(tempfile.mkdtemp(prefix="qorgan-bench-"))
    command = [str(QORGAN), "demo", "--state", str(folder), "--port", str(free_port()), "--pace", STILL, "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield _ready(process, folder)
    finally:
        process.terminate()
        process.wait(60)
        Cluster(folder / "hub" / "postgres").remove()
        shutil.rmtree(folder, ignore_errors=True)


def _ready(process: subprocess.Popen[str], folder: Path) -> Market:
    for line in process.stdout or ():
        said = json.loads(line)
        if said["event"] == "ready":
            return Market(said["address"], folder, SignIn(said["password"], said["totp"]))
    raise RuntimeError("the demonstration did not start")


@contextmanager
def browser(market: Market) -> Iterator[Page]:
    """A page of Chromium in which the centre's analyst is signed in."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(**chromium(), args=list(FLAGS))
        page = launched.new_page(viewport={"width": 1440, "height": 900})
        page.goto(market.address)
        page.fill("input[name=login]", PEOPLE[0].email)
        page.fill("input[name=password]", market.sign_in.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_selector("input[name=code]")
        page.fill("input[name=code]", market.sign_in.code(time.time()))
        page.press("input[name=code]", "Enter")
        page.wait_for_selector(".q-shell")
        page.goto(f"{market.address}/live/")
        page.wait_for_selector("#l-rows", state="attached")
        yield page
        launched.close()


def sign_in(market: Market, email: str) -> dict[str, str]:
    """The cookies of somebody who went through the sign-in pages without a browser."""
    with httpx.Client(base_url=market.address, follow_redirects=True, timeout=30) as client:
        page = client.get("/sign-in/")
        said = {"login": email, "password": market.sign_in.password}
        page = client.post("/sign-in/", data=said | _token(page.text))
        page = client.post("/sign-in/code/", data={"code": market.sign_in.code(time.time())} | _token(page.text))
        if not page.is_success or "/sign-in/" in page.url.path:
            raise RuntimeError(f"{email} cannot sign in: {page.url} answered {page.status_code}")
        return dict(client.cookies)


def _token(page: str) -> dict[str, str]:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    return {"csrfmiddlewaretoken": found[1]} if found else {}
