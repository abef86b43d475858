"""One's own account: second factor on and off, recovery codes shown once, where one is signed in, signing out."""

from __future__ import annotations

import base64
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp import login as begin_verified

from ..access import second_factor, sessions
from ..access.qr import qr_code
from ..access.second_factor import SecondFactorError, TooSoon
from ..access.throttle import count_failure, is_locked_out
from .login import locked_out, next_of


def overview(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The account's second factor, and where it is signed in."""
    user = request.user
    return _page(
        request,
        site,
        "account.html",
        "Signing in",
        app=second_factor.app_of(user),
        left=second_factor.codes_left(user),
        is_required=second_factor.is_required(user),
        sessions=sessions.sessions_of(user, current=request.session.session_key or ""),
        idle=settings.SESSION_IDLE_MINUTES,
        hours=settings.SESSION_MAX_HOURS,
    )


def set_up(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The secret of a new app, and its first code; then the recovery codes."""
    user = request.user
    error = ""
    try:
        device = second_factor.begin(user)
    except SecondFactorError as refusal:
        messages.info(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:security"))
    if request.method == "POST":
        name = user.get_username()
        if authenticate(request, username=name, password=request.POST.get("password", "")) != user:
            error = "This is not your password. Type the one that you log in with."
        else:
            error, codes = _tried(request, second_factor.switch_on, keep=request.session.session_key)
            if codes:
                request.session.cycle_key()
                begin_verified(request, device)
                return _codes(request, site, codes)
    return _page(
        request,
        site,
        "second_factor.html",
        "Set up a second factor",
        error=error,
        qr=qr_code(device.config_url),
        secret=_spelt(device),
        is_required=second_factor.is_required(user),
        next=next_of(request),
    )


def recovery_codes(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Ten new recovery codes, for a code of the app or one of the old."""
    return _asking(
        request,
        site,
        "New recovery codes",
        "The old recovery codes are void as soon as you have new ones.",
        "Make new codes",
        lambda: _tried(request, second_factor.renew_codes),
        lambda codes: _codes(request, site, codes),
    )


def switch_off(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Without a second factor from now on."""

    def done(_: Any) -> HttpResponse:
        request.session.pop(DEVICE_ID_SESSION_KEY, None)
        messages.success(request, "Your second factor is off. Your password alone lets you in.")
        return HttpResponseRedirect(reverse("admin:security"))

    note = "Your password alone will let you in."
    if second_factor.is_required(request.user):
        note = "You have to set up another app right after, since your account asks for a second factor."
    return _asking(
        request,
        site,
        "Switch off the second factor",
        note,
        "Switch it off",
        lambda: _tried(request, second_factor.switch_off),
        done,
    )


def sign_out(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """End one session, or all of them (POST)."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if "everywhere" in request.POST:
        sessions.sign_out_everywhere(request.user)
        logout(request)
        return HttpResponseRedirect(reverse("admin:login"))
    if "here" in request.POST:
        logout(request)
        return HttpResponseRedirect(reverse("admin:login"))
    if sessions.end_session(request.user, request.POST.get("session", "")):
        messages.success(request, "That session has ended. Whoever uses it has to log in again.")
    else:
        messages.info(request, "That session had ended before.")
    return HttpResponseRedirect(reverse("admin:security"))


def _asking(
    request: HttpRequest, site: AdminSite, title: str, note: str, button: str, attempt: Any, done: Any
) -> HttpResponse:
    """A page that asks for a code before it does something."""
    if not second_factor.is_on(request.user):
        return HttpResponseRedirect(reverse("admin:security"))
    error = ""
    if request.method == "POST":
        if is_locked_out(request, request.user):
            return locked_out(request)
        error, result = attempt()
        if not error:
            return done(result)
    return _page(request, site, "ask_code.html", title, note=note, button=button, error=error)


def _tried(request: HttpRequest, change: Any, **options: Any) -> tuple[str, Any]:
    """What is wrong with the code that was sent, as a sentence, and what the change gave. A wrong code counts."""
    try:
        return "", change(request.user, request.POST.get("code", ""), **options)
    except TooSoon as refusal:
        return str(refusal), None
    except SecondFactorError as refusal:
        count_failure(request, request.user)
        return str(refusal), None


def _codes(request: HttpRequest, site: AdminSite, codes: list[str]) -> HttpResponse:
    return _page(request, site, "codes.html", "Your recovery codes", codes=codes, next=next_of(request))


def _spelt(device: Any) -> str:
    """The app's secret in groups of four letters, for typing."""
    letters = base64.b32encode(device.bin_key).decode()
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _page(request: HttpRequest, site: AdminSite, template: str, title: str, **context: Any) -> HttpResponse:
    context = {**site.each_context(request), "title": title, "subtitle": None, **context}
    return TemplateResponse(request, f"admin/security/{template}", context)
