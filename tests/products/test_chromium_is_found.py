"""Chromium is driven where Debian's packages are installed, and where an ordinary user could only unpack them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from qorgan.bench.chromium import chromium
from tests.products.debian import find

pytestmark = pytest.mark.products


def test_an_installed_one_comes_first(tmp_path: Path) -> None:
    for place in ("root/usr/bin/chromium", "unpacked/usr/lib/chromium/chromium"):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).touch()
    launch = chromium(tmp_path / "root", tmp_path / "unpacked")
    assert launch["executable_path"] == str(tmp_path / "root/usr/bin/chromium")
    assert str(tmp_path) not in str(launch["env"].get("LD_LIBRARY_PATH", ""))


def test_an_unpacked_one_opens_pages(tmp_path: Path) -> None:
    (tmp_path / "usr/lib").mkdir(parents=True)
    (tmp_path / "usr/lib/chromium").symlink_to(find("/usr/lib/chromium"))
    launch = chromium(tmp_path / "root", tmp_path)
    assert launch["executable_path"] == str(tmp_path / "usr/lib/chromium/chromium")
    assert str(launch["env"]["LD_LIBRARY_PATH"]).startswith(str(tmp_path / "usr/lib"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch, args=["--headless", "--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_content("<h1>here</h1>")
        assert page.inner_text("h1") == "here"
        browser.close()


def test_none_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"tools/setup\.sh products"):
        chromium(tmp_path, tmp_path)
