"""The desk's admin site: the stock one, with a second factor where it is asked for, and pages about signing in."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import DEVICE_ID_SESSION_KEY

View = Callable[..., HttpResponse]


def is_verified(request: HttpRequest) -> bool:
    """Whether this session was begun with a second factor. It ends when that is switched off or reset."""
    return DEVICE_ID_SESSION_KEY in request.session


class DeskSite(AdminSite):
    """Set as the project's default site; `admin.site.register` goes here."""

    def has_permission(self, request: HttpRequest) -> bool:
        """As in the stock admin, and with a second factor if this person has to have one. Takes no query of its own:
        the session is there, and the person's rights are read for every page of the desk."""
        from .access.second_factor import is_required

        return super().has_permission(request) and (is_verified(request) or not is_required(request.user))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from .admin import login, security

        own = [
            path("login/code/", self._open(login.code_step), name="login_code"),
            path("security/", self._own(security.overview), name="security"),
            path("security/second-factor/", self._own(security.set_up), name="second_factor"),
            path("security/second-factor/off/", self._own(security.switch_off), name="second_factor_off"),
            path("security/recovery-codes/", self._own(security.recovery_codes), name="recovery_codes"),
            path("security/sign-out/", self._own(security.sign_out), name="sign_out"),
        ]
        return [*own, *super().get_urls()]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from .admin.login import password_step

        return password_step(request, self, extra_context or {})

    def _open(self, view: View) -> View:
        """A page for somebody who is just signing in."""

        @method_decorator([never_cache, csrf_protect, sensitive_post_parameters()])
        def inner(site: AdminSite, request: HttpRequest) -> HttpResponse:
            return view(request, site)

        return update_wrapper(lambda request: inner(self, request), view)

    def _own(self, view: View) -> View:
        """A page about one's own account: also for those who have to set up a second factor before anything else,
        but with one only after its code."""
        from .access.second_factor import is_on

        def checked(request: HttpRequest, site: AdminSite) -> HttpResponse:
            signed_in = AdminSite.has_permission(site, request)
            if signed_in and (is_verified(request) or not is_on(request.user)):
                return view(request, site)
            return redirect_to_login(request.get_full_path(), reverse("admin:login", current_app=site.name))

        return self._open(update_wrapper(checked, view))
