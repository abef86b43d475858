"""How the public site answers: GET and HEAD only, no cookie, no session, an ETag and 304 when nothing is new."""

from __future__ import annotations

import datetime
import functools
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe, quote_etag
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
CACHE_CONTROL = "public, no-cache"
"""Anyone may keep a page, and asks whether it still holds before each use: a retracted text is gone at once."""


def public_page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A view for readers. Its 200s carry an ETag of their bytes, so whatever changes a page changes that."""

    @csrf_exempt  # nothing can be forged where nothing but GET and HEAD is answered
    @require_safe
    @functools.wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != 200:
            return response
        etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
        response["ETag"] = etag
        response["Cache-Control"] = CACHE_CONTROL
        modified = parse_http_date_safe(response.get("Last-Modified", ""))
        conditional = get_conditional_response(request, etag, modified, response)
        assert conditional is not None  # noqa: S101  None comes for a None only
        return conditional

    return answer


def render_page(
    template: str,
    context: Mapping[str, Any],
    *,
    content_type: str = "text/html; charset=utf-8",
    modified: datetime.datetime | None = None,
) -> HttpResponse:
    """A page from a template that sees this context alone: no request, so no user, session or token to touch."""
    response = HttpResponse(render_to_string(template, dict(context)), content_type=content_type)
    if modified:
        response["Last-Modified"] = http_date(modified.timestamp())
    return response
