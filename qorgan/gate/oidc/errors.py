"""Errors as the specifications name them: one closed list, and with which status each is answered."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import Final


class Code(StrEnum):
    """The `error` of an answer. The word is the specification's."""

    ACCESS_DENIED = "access_denied"
    INSUFFICIENT_SCOPE = "insufficient_scope"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    INVALID_REQUEST = "invalid_request"
    INVALID_SCOPE = "invalid_scope"
    INVALID_TOKEN = "invalid_token"  # noqa: S105 (an error's name)
    LOGIN_REQUIRED = "login_required"
    REGISTRATION_NOT_SUPPORTED = "registration_not_supported"
    REQUEST_NOT_SUPPORTED = "request_not_supported"
    REQUEST_URI_NOT_SUPPORTED = "request_uri_not_supported"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    UNMET_AUTHENTICATION_REQUIREMENTS = "unmet_authentication_requirements"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    UNSUPPORTED_TOKEN_TYPE = "unsupported_token_type"  # noqa: S105 (an error's name)


_STATUS: Final[Mapping[Code, HTTPStatus]] = MappingProxyType(
    {
        Code.INSUFFICIENT_SCOPE: HTTPStatus.FORBIDDEN,
        Code.INVALID_CLIENT: HTTPStatus.UNAUTHORIZED,
        Code.INVALID_TOKEN: HTTPStatus.UNAUTHORIZED,
        Code.TEMPORARILY_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    }
)


class Wrong(Exception):
    """A request that the provider does not follow. The description is for the application's programmers: English, and
    never with a value that was sent.
    """

    def __init__(self, code: Code, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description

    @property
    def status(self) -> int:
        """With what an endpoint that answers in JSON answers (RFC 6749 5.2, RFC 6750 3.1)."""
        return int(_STATUS.get(self.code, HTTPStatus.BAD_REQUEST))

    def as_json(self) -> dict[str, str]:
        """The body of that answer."""
        return {"error": self.code.value, "error_description": self.description}
