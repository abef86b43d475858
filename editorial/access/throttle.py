"""Wrong passwords and codes are counted by account and by address (django-axes, in the database)."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_credentials
from axes.utils import reset
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from .addresses import client_address


def is_locked_out(request: HttpRequest, user: User) -> bool:
    """Whether there were too many failures for this account or from where the request comes."""
    return not AxesProxyHandler.is_allowed(request, get_credentials(user.get_username()))


def count_failure(request: HttpRequest, user: User) -> None:
    """Count a wrong code as a wrong password is counted. The request is answered with the lockout if that was one
    too many."""
    user_login_failed.send(sender=__name__, credentials=get_credentials(user.get_username()), request=request)


def forget_failures(*, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever gets in has mistyped before (a receiver of `user_logged_in`): their own failures from that address are
    forgotten, and no others, or an account of one's own would be a way to try the passwords of all."""
    address = client_address(request)
    if address:
        reset(ip=address, username=user.get_username())
