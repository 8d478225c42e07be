"""Every address of the pages."""

from __future__ import annotations

from django.urls import path

from qorgan.gate.pages import account, ending, entrance, registering, stepping

urlpatterns = [
    path("", entrance.home, name="home"),
    path("sign-in", entrance.sign_in, name="sign-in"),
    path("sign-in/passkey", entrance.passkey, name="sign-in-passkey"),
    path("recover", entrance.recover, name="recover"),
    path("register", registering.register, name="register"),
    path("invitation", registering.invitation, name="invitation"),
    path("step", stepping.step, name="step"),
    path("step/prove/<slug:method>", stepping.prove, name="prove"),
    path("step/challenge/<slug:method>", stepping.challenge, name="challenge"),
    path("step/phone", stepping.phone, name="phone"),
    path("step/phone/code", stepping.phone_code, name="phone-code"),
    path("step/enrolment/<slug:method>", ending.enrolment, name="enrolment"),
    path("step/enrol/<slug:method>", ending.enrol, name="enrol"),
    path("step/finish", ending.finish, name="finish"),
    path("step/give-up", stepping.give_up, name="give-up"),
    path("ceremonies/<uuid:ceremony>/identified", stepping.identified, name="identified"),
    path("done/<slug:kind>", ending.done, name="done"),
    path("account", account.account, name="account"),
    path("account/begin", account.begin, name="account-begin"),
    path("account/sessions/end", account.end_session, name="account-end-session"),
    path("account/sessions/end-others", account.end_others, name="account-end-others"),
    path("account/devices/close", account.close_device, name="account-close-device"),
    path("sign-out", account.sign_out, name="sign-out"),
]
