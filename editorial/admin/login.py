"""Signing in: the password first, then a code where the account has a second factor."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin import site as default_site
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import REDIRECT_FIELD_NAME, get_user_model, login
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from ..access.second_factor import SecondFactorError, TooSoon, codes_left, is_on, verify
from ..access.throttle import count_failure, is_locked_out
from ..desk_site import is_verified

HALF_WAY = "signing_in"  # the session's note of a right password
HALF_WAY_SECONDS = 600
FEW_CODES = 3


class PasswordStep(LoginView):
    """Django's own view; who has a second factor is not logged in yet, but asked for a code."""

    authentication_form = AdminAuthenticationForm
    template_name = "admin/login.html"

    def form_valid(self, form: AdminAuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if not is_on(user):
            return super().form_valid(form)
        session = self.request.session
        session.flush()
        session[HALF_WAY] = {"user": user.pk, "hash": user.get_session_auth_hash(), "at": int(time.time())}
        return HttpResponseRedirect(with_next("admin:login_code", self.get_success_url()))


def password_step(request: HttpRequest, site: AdminSite, extra: dict[str, Any]) -> HttpResponse:
    """The login page; on to what is missing for whoever has logged in already."""
    onward = next_of(request)
    if request.method == "GET" and site.has_permission(request):
        return HttpResponseRedirect(onward)
    if request.method == "GET" and AdminSite.has_permission(site, request):
        return HttpResponseRedirect(
            with_next("admin:login_code" if is_on(request.user) else "admin:second_factor", onward)
        )
    context = {
        **site.each_context(request),
        "title": "Log in",
        "subtitle": None,
        "app_path": request.get_full_path(),
        "username": request.user.get_username(),
        REDIRECT_FIELD_NAME: onward,
        **extra,
    }
    request.current_app = site.name
    return PasswordStep.as_view(extra_context=context)(request)


def code_step(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The code of an app, or a recovery code, for somebody whose password was right."""
    user = _half_way(request, site)
    onward = next_of(request)
    if user is None:
        return HttpResponseRedirect(with_next("admin:login", onward))
    error = ""
    if request.method == "POST":
        if is_locked_out(request, user):
            return locked_out(request)
        try:
            user.otp_device = verify(user, request.POST.get("code", ""))
        except SecondFactorError as refusal:
            error = str(refusal)
            if not isinstance(refusal, TooSoon):
                count_failure(request, user)
        else:
            request.session.pop(HALF_WAY, None)
            request.session.cycle_key()  # login itself leaves the key of whoever was logged in without a code
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return HttpResponseRedirect(_after_code(user, request, onward))
    context = {**site.each_context(request), "title": "Enter a code", "subtitle": None, "error": error, "next": onward}
    return TemplateResponse(request, "admin/login_code.html", context)


def locked_out(request: HttpRequest, *args: Any) -> HttpResponse:
    """The answer after too many failures (429); axes gives it in place of the login page's own."""
    minutes = settings.LOGIN_LOCKOUT_MINUTES
    context = {**default_site.each_context(request), "title": "Too many attempts", "minutes": minutes}
    response = render(request, "admin/locked_out.html", context, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response


def next_of(request: HttpRequest) -> str:
    """The desk's page that was asked for before; its front page where none was, or where it is not ours."""
    asked = request.POST.get(REDIRECT_FIELD_NAME, request.GET.get(REDIRECT_FIELD_NAME, ""))
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else reverse("admin:index")


def with_next(name: str, onward: str) -> str:
    """The address of a page that leads on to `onward`."""
    return f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: onward})}"


def _half_way(request: HttpRequest, site: AdminSite) -> User | None:
    """Whose password was right a short while ago, in this browser; None if nobody's, or if it was changed since."""
    if AdminSite.has_permission(site, request):
        return request.user if is_on(request.user) and not is_verified(request) else None
    noted = request.session.get(HALF_WAY)
    if not noted or time.time() - noted["at"] > HALF_WAY_SECONDS:
        return None
    user = get_user_model().objects.filter(pk=noted["user"], is_active=True).first()
    return user if user and constant_time_compare(noted["hash"], user.get_session_auth_hash()) else None


def _after_code(user: User, request: HttpRequest, onward: str) -> str:
    """Where to go: to the recovery codes, if somebody has just used one and few are left."""
    used_recovery = "static" in user.otp_device.persistent_id
    return reverse("admin:security") if used_recovery and codes_left(user) <= FEW_CODES else onward
