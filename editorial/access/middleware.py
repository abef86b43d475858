"""Sessions of the desk end after a working day, and go on while they are used. Public pages never come here."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from .sessions import is_over, note_use


class DeskSessionMiddleware:
    """Looks at the session of requests that go to the desk, and of no others: reading it would cost the public
    pages a query and their being cached. On the desk the session is read anyway."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        match = request.resolver_match
        if match is None or "admin" not in match.app_names or not request.user.is_authenticated:
            return
        if is_over(request.session):
            logout(request)
        else:
            note_use(request.session)
