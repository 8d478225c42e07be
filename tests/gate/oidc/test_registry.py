"""The register of applications: what may be registered, and what the journal keeps of it."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from itertools import count

import pytest
from joserfc.jwk import OctKey

from qorgan.gate.oidc import jose
from qorgan.gate.oidc.registered import Authentication, Kind
from qorgan.gate.oidc.scopes import Scope
from qorgan.kit.refusal import Refusal

SIGNS = Authentication.PRIVATE_KEY_JWT


def test_a_secret_is_shown_once_and_kept_as_a_digest(register, gate):
    made = register()
    assert made.secret.startswith("qgs_")
    ((kept,),) = gate.rows("SELECT secret_digest FROM application")
    assert made.secret.encode() not in bytes(kept)
    assert len(bytes(kept)) == 32
    journal = gate.rows("SELECT event, after->>'name', detail->>'application', after::text FROM gate_journal")
    assert [row[:3] for row in journal] == [("application.registered", "Sample Bank", "bank")]
    assert made.secret not in journal[0][3]


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "Bank"},
        {"client_id": "b"},
        {"name": " "},
        {"redirect_uris": ()},
        {"redirect_uris": ("http://bank.example/cb",)},
        {"redirect_uris": ("https://bank.example/cb#x",)},
        {"redirect_uris": ("https://*.bank.example/cb",)},
        {"redirect_uris": ("kz.bank.app:/cb",)},
        {"redirect_uris": tuple(f"https://bank.example/{number}" for number in range(30))},
        {"post_logout_redirect_uris": ("javascript:alert(1)",)},
        {"back_channel_logout_uri": "http://bank.example/logout"},
        {"authentication": Authentication.NONE},
        {"kind": Kind.BROWSER},
        {"kind": Kind.NATIVE},
        {"kind": Kind.RESOURCE_SERVER},
        {"jwks": {"keys": [jose.public_of(jose.new_key())]}},
        {"authentication": SIGNS},
        {"authentication": SIGNS, "jwks": {"keys": []}},
        {"authentication": SIGNS, "jwks": {"keys": [{"kty": "EC"}]}},
        {"authentication": SIGNS, "jwks": {"keys": ["x"]}},
        {"authentication": SIGNS, "jwks": {"keys": [jose.private_of(jose.new_key())]}},
        {"authentication": SIGNS, "jwks": {"keys": [OctKey.generate_key(256).as_dict()]}},
        {"authentication": SIGNS, "jwks": {"keys": [{"kty": "RSA", "e": "AQAB", "n": "A" * 171}]}},
    ],
    # By number: keys are new in each process, and workers must agree on the names of tests.
    ids=count(),
)
def test_what_would_be_a_hole_is_not_registered(register, gate, changes):
    with pytest.raises(Refusal):
        register(changes.pop("client_id", "bank"), **changes)
    assert gate.rows("SELECT count(*) FROM application") == [(0,)]
    register()


def test_a_name_is_never_given_again(register):
    from qorgan.gate.journal.entry import HERE
    from qorgan.gate.oidc import registry

    register()
    registry.remove("bank", by=None, whence=HERE, now=datetime.now(UTC))
    assert registry.registered("bank") is None
    with pytest.raises(Refusal):
        register()


def test_another_secret_ends_the_one_before(register, posting):
    from qorgan.gate.journal.entry import HERE
    from qorgan.gate.oidc import registry

    made = register()
    assert posting(made, "/oidc/introspect", {"token": "x"}).status_code == 200
    newer = registry.renew_secret("bank", by=None, whence=HERE, now=datetime.now(UTC))
    assert posting(made, "/oidc/introspect", {"token": "x"}).status_code == 401
    made.secret = newer
    assert posting(made, "/oidc/introspect", {"token": "x"}).status_code == 200


def _run(verb, **said):
    from qorgan.gate.run import applications

    nothing = dict.fromkeys(("name", "redirect", "after_sign_out", "back_channel", "scope", "jwks", "authentication"))
    return getattr(applications, verb)(None, argparse.Namespace(**{**nothing, **said}))


def test_the_commands_keep_the_register(gate):
    said = {"kind": "web", "population": "participant", "redirect": ["https://platform.example/cb"]}
    made = _run("application_add", client_id="platform", **said, scope=["profile"])
    assert made.value["secret"] in made.words
    assert made.value["scopes"] == ["openid", "profile"]
    changed = _run("application_change", client_id="platform", name="Sample Platform", scope=["profile", "iin"])
    assert changed.value["name"] == "Sample Platform"
    assert set(changed.value["scopes"]) == {Scope.OPENID, Scope.PROFILE, Scope.IIN}
    assert list(changed.value["redirect_uris"]) == ["https://platform.example/cb"]
    assert "Sample Platform" in _run("applications").words
    assert _run("application_secret", client_id="platform").value["secret"] != made.value["secret"]
    kid = _run("rotate_signing_key", withdraw=False).value["kid"]
    assert gate.rows("SELECT kid FROM signing_key") == [(kid,)]
    _run("application_remove", client_id="platform")
    assert _run("applications").value == []
    with pytest.raises(Refusal):
        _run("application_remove", client_id="platform")
    events = [event for (event,) in gate.rows("SELECT event FROM gate_journal ORDER BY id")]
    assert events == [
        "application.registered",
        "application.changed",
        "application.changed",
        "key.rotated",
        "application.removed",
    ]
