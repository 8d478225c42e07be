"""One request, one transaction, one scope; what a failed request wrote is taken back (R67.4)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


@pytest.fixture
def through(django_hub: Any, enlist: Any, signed_in: Any) -> Callable[..., HttpResponse]:
    """Send a view's request through the scope middleware as somebody who has signed in."""
    del django_hub

    def send(view: Callable[[HttpRequest], HttpResponse], role: str | None, **options: Any) -> HttpResponse:
        from django.contrib.auth import get_user_model  # noqa: PLC0415
        from django.test import RequestFactory  # noqa: PLC0415

        from qorgan.hub.portal.scope import ScopeMiddleware  # noqa: PLC0415

        person = enlist(role, **options)
        request = RequestFactory().get("/")
        request.user = get_user_model().objects.get(pk=person.id)
        request.session = signed_in(person).session
        return ScopeMiddleware(view)(request)  # type: ignore[return-value, arg-type]

    return send


def names(_request: HttpRequest) -> HttpResponse:
    from django.http import HttpResponse  # noqa: PLC0415

    from qorgan.hub.members.models import Organisation  # noqa: PLC0415

    return HttpResponse(",".join(sorted(Organisation.objects.values_list("name_en", flat=True))))


@pytest.mark.clause("R67.4")
def test_an_institution_sees_itself_the_centre_all_and_nobody_nothing(through: Any, django_hub: Any) -> None:
    one, _two = django_hub.add_organisation(1), django_hub.add_organisation(2)
    assert through(names, "responsible-employee", organisation=one).content == b"en Bank 1"
    assert through(names, "centre-analyst").content == b"en Bank 1,en Bank 2,en Bank 900"
    assert through(names, None).content == b""


@pytest.mark.clause("R67.4")
def test_outside_a_scoped_request_the_web_role_sees_no_organisation(django_hub: Any) -> None:
    django_hub.add_organisation(1)
    assert names(None).content == b""  # type: ignore[arg-type]


@pytest.mark.clause("R67.4")
def test_a_soc_sees_those_it_serves(through: Any, django_hub: Any) -> None:
    soc = django_hub.add_organisation(5, kind="soc")
    django_hub.add_organisation(6, served_by=soc)
    django_hub.add_organisation(7)
    assert through(names, "responsible-employee", organisation=soc).content == b"en Bank 5,en Bank 6"


@pytest.mark.parametrize(
    ("status", "kept"), [(HTTPStatus.OK, 1), (HTTPStatus.BAD_REQUEST, 1), (HTTPStatus.INTERNAL_SERVER_ERROR, 0)]
)
def test_what_a_failed_request_wrote_is_taken_back(through: Any, django_hub: Any, status: int, kept: int) -> None:
    def write(_request: HttpRequest) -> HttpResponse:
        from django.http import HttpResponse  # noqa: PLC0415

        from qorgan.hub.portal.lockout import Counter, charge  # noqa: PLC0415

        charge([Counter("written", 1)])
        return HttpResponse(status=status)

    through(write, "centre-analyst")
    written = "SELECT count(*) FROM portal_attempts WHERE key = encode(sha256('written'), 'hex')"
    assert django_hub.rows(written) == [(kept,)]
