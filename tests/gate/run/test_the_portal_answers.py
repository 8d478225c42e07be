"""The portal answers whether it lives, under headers that no page loosens."""

from __future__ import annotations


def test_health_says_nothing_but_that_it_answers(visitor):
    answer = visitor().get("/health")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
