"""What each route does: one verb of the ceremonies each, and nothing decided here."""

from __future__ import annotations

from http import HTTPStatus

from qorgan.gate.api import given, taken
from qorgan.gate.api.call import Answer, Call
from qorgan.gate.ceremonies import account, actions, factoring, introducing, phoning, sessions
from qorgan.gate.ceremonies.introducing import Applicant
from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.devices import register
from qorgan.gate.rules.proof import BiometricSource
from qorgan.law.factors import Method


def begin(call: Call) -> Answer:
    """Begin a ceremony. Out of a session it is that person's, and everything is proven anew."""
    asked: taken.NewCeremony = call.body
    begun = actions.begin(
        Kind(asked.kind),
        call.population,
        call.whence,
        now=call.now,
        application=call.caller.pk,
        in_app=call.in_app,
        changed=Method(asked.changed) if asked.changed else None,
        session=call.session,
    )
    view = actions.look(begun, now=call.now)
    where = {"Location": f"/api/v1/ceremonies/{begun.ceremony}"}
    return Answer(given.ceremony(view, begun.secret), HTTPStatus.CREATED, where)


def look(call: Call) -> Answer:
    """Where a ceremony stands."""
    return Answer(given.ceremony(actions.look(call.begun, now=call.now)))


def give_up(call: Call) -> Answer:
    """End a ceremony that nobody goes on with."""
    actions.give_up(call.begun, whence=call.whence, now=call.now)
    return Answer(status=HTTPStatus.NO_CONTENT)


def identify(call: Call) -> Answer:
    """Say who somebody is. The answer is the same whether they are known or not."""
    asked: taken.Named = call.body
    return Answer(given.ceremony(actions.identify(call.begun, asked.identifier, now=call.now)))


def apply(call: Call) -> Answer:
    """Say who is to be registered."""
    asked: taken.NewClient = call.body
    applicant = Applicant(
        iin=asked.iin,
        name=asked.name,
        phone=asked.phone,
        language=asked.language,
        legal_entity=asked.legal_entity,
    )
    return Answer(given.ceremony(introducing.apply(call.begun, applicant, whence=call.whence, now=call.now)))


def show_invitation(call: Call) -> Answer:
    """Show an employee's invitation."""
    asked: taken.Invitation = call.body
    view = introducing.show_invitation(call.begun, asked.secret, whence=call.whence, now=call.now)
    return Answer(given.ceremony(view))


def challenge(call: Call) -> Answer:
    """Let a factor ask."""
    asked: taken.Asked = call.body
    source = BiometricSource(asked.source) if asked.source else None
    public = actions.challenge(call.begun, Method(asked.method), now=call.now, source=source)
    return Answer(given.Challenge(method=asked.method, asked=public))


def prove(call: Call) -> Answer:
    """Answer a factor. One refusal for everything that may be wrong, and for a person who is not known."""
    said: taken.Answered = call.body
    view = actions.prove(call.begun, Method(said.method), said.answer, whence=call.whence, now=call.now)
    return Answer(given.ceremony(view))


def ask_number(call: Call) -> Answer:
    """Send a code to the person's number."""
    asked: taken.Number = call.body
    sent = phoning.ask(call.begun, asked.phone, whence=call.whence, now=call.now)
    return Answer(given.NumberAsked(phone=sent.phone, until=sent.until))


def confirm_number(call: Call) -> Answer:
    """Bring the code that was sent."""
    said: taken.NumberCode = call.body
    return Answer(given.ceremony(phoning.confirm(call.begun, said.code, whence=call.whence, now=call.now)))


def begin_enrolment(call: Call) -> Answer:
    """What is needed to enrol a factor, once the rules allow the ceremony."""
    asked: taken.Asked = call.body
    public = actions.enrol_begin(call.begun, Method(asked.method), now=call.now)
    return Answer(given.Challenge(method=asked.method, asked=public))


def enrol(call: Call) -> Answer:
    """Enrol one of the factors that somebody begins with."""
    said: taken.Answered = call.body
    view = actions.enrol(call.begun, Method(said.method), said.answer, whence=call.whence, now=call.now)
    return Answer(given.ceremony(view))


def finish(call: Call) -> Answer:
    """Do what the ceremony is for, if the rules allow it by what was proven."""
    said: taken.Ending = call.body
    return Answer(given.done(actions.finish(call.begun, said.answer, whence=call.whence, now=call.now)))


def sign_in(call: Call) -> Answer:
    """Sign in with a password and a one-time code, in one call."""
    asked: taken.SignIn = call.body
    finished = actions.sign_in_at_once(
        call.population,
        asked.identifier,
        {Method.PASSWORD: {"password": asked.password}, Method.ONE_TIME_CODE: {"code": asked.code}},
        whence=call.whence,
        now=call.now,
        application=call.caller.pk,
        in_app=call.in_app,
    )
    return Answer(given.done(finished), HTTPStatus.CREATED)


def own_session(call: Call) -> Answer:
    """The session that asks."""
    return Answer(given.session(call.owner, call.owner.id))


def sign_out(call: Call) -> Answer:
    """End the session that asks."""
    account.sign_out(call.owner, whence=call.whence, now=call.now)
    return Answer(status=HTTPStatus.NO_CONTENT)


def all_sessions(call: Call) -> Answer:
    """The person's sessions, the newest first."""
    found = sessions.listed(call.owner.client_id, now=call.now)
    return Answer([given.session(one, call.owner.id) for one in found])


def end_others(call: Call) -> Answer:
    """End every other session of the person's."""
    account.end_others(call.owner, whence=call.whence, now=call.now)
    return Answer(status=HTTPStatus.NO_CONTENT)


def end_session(call: Call) -> Answer:
    """End one of the person's sessions."""
    account.end_session(call.owner, call.id, whence=call.whence, now=call.now)
    return Answer(status=HTTPStatus.NO_CONTENT)


def all_devices(call: Call) -> Answer:
    """The person's devices, the oldest first."""
    return Answer([given.device(one) for one in register.listed(call.owner.client_id)])


def remove_device(call: Call) -> Answer:
    """Close one of the person's devices, and what was begun on it."""
    account.remove_device(call.owner, call.id, whence=call.whence, now=call.now)
    return Answer(status=HTTPStatus.NO_CONTENT)


def all_factors(call: Call) -> Answer:
    """What the person can prove themselves with."""
    found = [
        given.factor(one)
        for method in sorted(factoring.available())
        for one in factoring.factor(method).enrolled(call.owner.client_id)
    ]
    return Answer(found)
