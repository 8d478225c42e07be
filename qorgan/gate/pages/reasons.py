"""What the journal's reasons are called on pages. The code stands beside, for search."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

REASONS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        # Why a factor proves nothing, or is not set up (factors/base.py).
        "already-used": pgettext_lazy("reason", "used before"),
        "closed": pgettext_lazy("reason", "closed"),
        "copied": pgettext_lazy("reason", "a copy: its counter went backwards"),
        "expired": pgettext_lazy("reason", "its time is over"),
        "kind-forbidden": pgettext_lazy("reason", "of a kind that the institution does not take"),
        "malformed": pgettext_lazy("reason", "cannot be read"),
        "negative": pgettext_lazy("reason", "not identified"),
        "not-enrolled": pgettext_lazy("reason", "not set up for this account"),
        "not-theirs": pgettext_lazy("reason", "of another person"),
        "not-verified": pgettext_lazy("reason", "the device did not check who uses it"),
        "other-ceremony": pgettext_lazy("reason", "made for another procedure"),
        "report-refused": pgettext_lazy("reason", "the report does not count"),
        "signature-refused": pgettext_lazy("reason", "the signature does not count"),
        "taken": pgettext_lazy("reason", "somebody has it already"),
        "too-many": pgettext_lazy("reason", "too many"),
        "unacceptable": pgettext_lazy("reason", "not acceptable"),
        "without-biometrics": pgettext_lazy("reason", "without biometric identification"),
        "wrong": pgettext_lazy("reason", "wrong"),
        # What is wrong with a new password (factors/password/acceptance.py).
        "too-short": pgettext_lazy("reason", "too short"),
        "too-long": pgettext_lazy("reason", "too long"),
        "guessed-first": pgettext_lazy("reason", "one of those guessed first"),
        # What a rule misses (rules/verdict.py).
        "no-rule-in-force": pgettext_lazy("reason", "no rule in force"),
        "nothing-proven": pgettext_lazy("reason", "nothing was proven"),
        "two-independent-factors": pgettext_lazy("reason", "two independent factors are missing"),
        "signature-or-biometrics": pgettext_lazy(
            "reason", "a digital signature or biometric identification is missing"
        ),
        "biometrics": pgettext_lazy("reason", "biometric identification"),
        "registered-device": pgettext_lazy("reason", "a registered device is missing"),
        "identification": pgettext_lazy("reason", "identification is missing"),
        "every-identification": pgettext_lazy("reason", "one of the identifications is missing"),
        "equal-strength": pgettext_lazy("reason", "proof as strong is missing"),
        # How an identification ended (providers/biometrics.py).
        "pending": pgettext_lazy("reason", "not decided yet"),
        "passed": pgettext_lazy("reason", "identified"),
        "failed-liveness": pgettext_lazy("reason", "the liveness check failed"),
        "failed-match": pgettext_lazy("reason", "another face"),
        "iin-not-found": pgettext_lazy("reason", "the IIN is not in the base"),
        "service-error": pgettext_lazy("reason", "the service failed"),
        "cancelled": pgettext_lazy("reason", "cancelled by the person"),
        # Why a report counts for nothing (providers/checking.py).
        "report-unsigned": pgettext_lazy("reason", "not signed by the provider"),
        "report-malformed": pgettext_lazy("reason", "the report cannot be read"),
        "report-of-another-issuer": pgettext_lazy("reason", "of another provider"),
        "report-of-another-source": pgettext_lazy("reason", "of another source"),
        "report-for-another-institution": pgettext_lazy("reason", "for another institution"),
        "report-of-another-identification": pgettext_lazy("reason", "of another identification"),
        "report-for-another-ceremony": pgettext_lazy("reason", "for another procedure"),
        "report-for-another-challenge": pgettext_lazy("reason", "for another question"),
        "report-about-another-person": pgettext_lazy("reason", "about another person"),
        "report-for-another-purpose": pgettext_lazy("reason", "for another purpose"),
        "report-stale": pgettext_lazy("reason", "too old"),
        "report-untimely": pgettext_lazy("reason", "its times do not fit"),
        "report-replayed": pgettext_lazy("reason", "shown a second time"),
        "report-without-liveness": pgettext_lazy("reason", "without a liveness check"),
        "report-with-too-few-commands": pgettext_lazy("reason", "with too few commands"),
        "report-without-comparison": pgettext_lazy("reason", "without a comparison"),
        "report-compares-another-image": pgettext_lazy("reason", "compares another image"),
        "report-below-its-threshold": pgettext_lazy("reason", "below its own threshold"),
        "report-contradicts-itself": pgettext_lazy("reason", "contradicts itself"),
        # Why a signature counts for nothing (qorgan/eds/refusal.py).
        "algorithm_mismatch": pgettext_lazy("reason", "the algorithms do not agree"),
        "algorithm_unknown": pgettext_lazy("reason", "unknown algorithm"),
        "attribute_missing": pgettext_lazy("reason", "a signed attribute is missing"),
        "attribute_repeated": pgettext_lazy("reason", "a signed attribute is repeated"),
        "attribute_unknown": pgettext_lazy("reason", "unknown signed attribute"),
        "attribute_wrong": pgettext_lazy("reason", "a signed attribute is wrong"),
        "certificate_absent": pgettext_lazy("reason", "without a certificate"),
        "certificate_expired": pgettext_lazy("reason", "the certificate has expired"),
        "certificate_not_yet_valid": pgettext_lazy("reason", "the certificate is not valid yet"),
        "certificate_unrelated": pgettext_lazy("reason", "a certificate that does not belong"),
        "certificate_wrong": pgettext_lazy("reason", "the certificate is wrong"),
        "content_absent": pgettext_lazy("reason", "the signed text is missing"),
        "content_twice": pgettext_lazy("reason", "two signed texts"),
        "digest_wrong": pgettext_lazy("reason", "another text was signed"),
        "extension_unknown": pgettext_lazy("reason", "unknown critical extension"),
        "issuer_unknown": pgettext_lazy("reason", "the issuer is not trusted"),
        "key_usage_wrong": pgettext_lazy("reason", "the key is not for this"),
        "nonce_wrong": pgettext_lazy("reason", "the answer is to another question"),
        "not_fresh": pgettext_lazy("reason", "the certificate's state is too old"),
        "not_issued": pgettext_lazy("reason", "the authority never issued the certificate"),
        "not_issuer": pgettext_lazy("reason", "issued by one who may not issue"),
        "path_too_long": pgettext_lazy("reason", "the chain is too long"),
        "purpose_wrong": pgettext_lazy("reason", "the certificate is not for this"),
        "responder_wrong": pgettext_lazy("reason", "the state was told by one who may not"),
        "response_failed": pgettext_lazy("reason", "the authority did not answer the question"),
        "revocation_unknown": pgettext_lazy("reason", "the certificate's state is unknown"),
        "revoked": pgettext_lazy("reason", "the certificate was revoked"),
        "role_wrong": pgettext_lazy("reason", "the certificate has another role"),
        "signature_wrong": pgettext_lazy("reason", "the signature does not verify"),
        "signer_absent": pgettext_lazy("reason", "without a signer"),
        "subject_wrong": pgettext_lazy("reason", "another person's certificate"),
        "timestamp_wrong": pgettext_lazy("reason", "the time stamp is wrong"),
        "too_large": pgettext_lazy("reason", "too large"),
        "xml_forbidden": pgettext_lazy("reason", "forbidden XML"),
        "xml_reference": pgettext_lazy("reason", "wrong XML reference"),
        "xml_wrapped": pgettext_lazy("reason", "wrapped XML"),
        # Why a device proves nothing (devices/refusal.py), and why it was closed (devices/register.py).
        "nonce-wrong": pgettext_lazy("reason", "an answer to another question"),
        "other-request": pgettext_lazy("reason", "made for another request"),
        "replayed": pgettext_lazy("reason", "used a second time"),
        "signature-wrong": pgettext_lazy("reason", "not signed by the device's key"),
        "stale": pgettext_lazy("reason", "too old"),
        "unknown": pgettext_lazy("reason", "not known"),
        "client-closed": pgettext_lazy("reason", "the account was closed"),
        "compromised": pgettext_lazy("reason", "the device is in wrong hands"),
        "owner": pgettext_lazy("reason", "by its owner"),
        "staff": pgettext_lazy("reason", "by staff"),
        # What the base of mobile citizens said of a number, and why one is not confirmed (phones/refusal.py).
        "same-person": pgettext_lazy("reason", "the number is theirs"),
        "another-person": pgettext_lazy("reason", "the number is another's"),
        "number-not-registered": pgettext_lazy("reason", "the number is not in the base"),
        "code-expired": pgettext_lazy("reason", "the code's time is over"),
        "nobody-to-ask": pgettext_lazy("reason", "there is nobody to ask"),
        "not-asked": pgettext_lazy("reason", "no code was asked for"),
        "number-not-theirs": pgettext_lazy("reason", "the number is another's"),
        "code-wrong": pgettext_lazy("reason", "wrong code"),
        # Why a token was refused or revoked (oidc/lifecycle.py).
        "application-asked": pgettext_lazy("reason", "the application asked for it"),
        "code-reused": pgettext_lazy("reason", "the code came a second time"),
        "other-application": pgettext_lazy("reason", "by another application"),
        "redirect-differs": pgettext_lazy("reason", "another return address"),
        "refresh-reused": pgettext_lazy("reason", "the refresh token came a second time"),
        "session-ended": pgettext_lazy("reason", "the session was over"),
        "verifier-wrong": pgettext_lazy("reason", "wrong code verifier"),
        # For whose reason people could not sign in (qorgan/wire/disruption.py).
        "absent": pgettext_lazy("reason", "the gate was not there"),
        "provider": pgettext_lazy("reason", "a service that is asked did not answer"),
        "gate": pgettext_lazy("reason", "the gate failed by itself"),
        "slow": pgettext_lazy("reason", "the gate answered too slowly"),
        # Services by which the gate asks (providers/configured.py).
        "own-biometrics": pgettext_lazy("reason", "biometric identification on the institution's devices"),
        "mobile-numbers": pgettext_lazy("reason", "base of mobile citizens"),
        "messages": pgettext_lazy("reason", "delivery of messages"),
        "signatures": pgettext_lazy("reason", "the certification authority"),
        # What has one place alone.
        "account-blocked": pgettext_lazy("reason", "the account is blocked"),
        "account-closed": pgettext_lazy("reason", "the account is closed"),
        "account-registering": pgettext_lazy("reason", "not registered yet"),
        "already-registered": pgettext_lazy("reason", "registered already"),
        "asked": pgettext_lazy("reason", "at somebody's wish"),
        "blocked": pgettext_lazy("reason", "the account was blocked"),
        "by-staff": pgettext_lazy("reason", "by staff"),
        "challenge-missing": pgettext_lazy("reason", "answered without a question"),
        "client-state": pgettext_lazy("reason", "the account's state does not allow it"),
        "code-right": pgettext_lazy("reason", "the code is right"),
        "device-closed": pgettext_lazy("reason", "the device was closed"),
        "device-removed": pgettext_lazy("reason", "the device was closed"),
        "due": pgettext_lazy("reason", "its day has come"),
        "ended-by-owner": pgettext_lazy("reason", "by its owner"),
        "factor-added": pgettext_lazy("reason", "a way to sign in was added"),
        "factor-removed": pgettext_lazy("reason", "a way to sign in was removed"),
        "factors-too-few": pgettext_lazy("reason", "too few ways to sign in would be left"),
        "password-changed": pgettext_lazy("reason", "the password was changed"),
        "phone-same": pgettext_lazy("reason", "the number is the same"),
        "signed-out": pgettext_lazy("reason", "signed out"),
        "too-many-attempts": pgettext_lazy("reason", "too many attempts"),
        "unavailable": pgettext_lazy("reason", "the service did not answer"),
        "unconfirmed": pgettext_lazy("reason", "delivery was not confirmed"),
    }
)
"""By code. What a person wrote as a reason is none, and stands as it was written."""
_BETWEEN: Final = ": "


def reason_words(reason: str) -> str:
    """The words of a reason, of each of its parts where it has two; what is no code, as it is."""
    parts = reason.split(_BETWEEN, 1)
    if len(parts) > 1 and parts[0] not in REASONS:
        return reason
    return _BETWEEN.join(str(REASONS.get(part, part)) for part in parts)
