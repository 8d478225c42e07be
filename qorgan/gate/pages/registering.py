"""Who has no account yet: a registration from afar, and an employee's invitation."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qorgan.gate.ceremonies import cookies, introducing
from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.journal.whence import whence_of
from qorgan.gate.pages import words
from qorgan.gate.pages.asking import because, language, said, to
from qorgan.gate.pages.beginning import begin
from qorgan.gate.pages.entrance import choice, population_of
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Population

_FIELDS = ("iin", "name", "phone", "legal_entity")


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponseBase:
    """Say who is to be registered. What is said here registers nobody: the next pages ask for proof of it."""
    population = population_of(request)
    offered = tuple(one for one in settings.CONFIG.pages.populations if one is not Population.EMPLOYEE)
    if population not in offered:
        population = offered[0] if len(offered) == 1 else None
    if population is None:
        return choice(request, words.TITLES[Kind.REGISTRATION], offered)
    refused = None
    if request.method == "POST":
        try:
            return _applied(request, population)
        except Refusal as refusal:
            refused = because(refusal)
    context = {
        "title": words.TITLES[Kind.REGISTRATION],
        "population": population,
        "who": population.label(language()),
        "is_participant": population is Population.PARTICIPANT,
        "refused": refused,
        "said": {name: said(request, name, longest=200) for name in _FIELDS},
    }
    return render(request, "pages/register.html", context)


@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest) -> HttpResponseBase:
    """Show the invitation that the institution gave an employee."""
    refused = None
    if request.method == "POST":
        try:
            return _invited(request)
        except Refusal as refusal:
            refused = because(refusal)
    context = {"title": words.TITLES[Kind.INVITED], "refused": refused}
    return render(request, "pages/invitation.html", context)


def _applied(request: HttpRequest, population: Population) -> HttpResponse:
    moment, whence = now(), whence_of(request)
    begun = begin(request, Kind.REGISTRATION, population, now=moment)
    applicant = introducing.Applicant(
        **{name: said(request, name, longest=200) for name in _FIELDS}, language=language()
    )
    introducing.apply(begun, applicant, whence=whence, now=moment)
    response = to(reverse("step"))
    cookies.give_ceremony(response, begun.ceremony, begun.secret)
    return response


def _invited(request: HttpRequest) -> HttpResponse:
    moment, whence = now(), whence_of(request)
    begun = begin(request, Kind.INVITED, Population.EMPLOYEE, now=moment)
    introducing.show_invitation(begun, said(request, "invitation", longest=200), whence=whence, now=moment)
    response = to(reverse("step"))
    cookies.give_ceremony(response, begun.ceremony, begun.secret)
    return response
