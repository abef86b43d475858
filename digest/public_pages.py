"""How the public site answers: GET and HEAD only, no cookie, no session, an ETag and 304 when nothing is new."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, NamedTuple, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from xxhash import xxh3_128_hexdigest

from .places import ALL, SITE, Place, keys_of
from .prepared import as_bytes

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
CACHE_CONTROL = "public, no-cache"
"""Anyone may keep a page, and asks whether it still holds before each use: a retracted text is gone at once."""
CONDITIONS = {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"}
"""The headers by which a client asks for a page only if it has changed."""
QUERY_MAX = 4_000
"""Characters of a query string; the longest that the site itself writes has a few hundred."""
RETRY_AFTER = 30
"""Seconds after which to ask again where the database did not answer."""
_HEAD, _MAIN = "@@head@@", "@@main@@"


class Frame(NamedTuple):
    """A page without its own head and main part: the bytes before, between and after the two."""

    before: bytes
    between: bytes
    after: bytes


def public_page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A view for readers. Its 200s carry an ETag of their bytes, so whatever changes a page changes that."""

    @csrf_exempt  # nothing can be forged where nothing but GET and HEAD is answered
    @require_safe
    @functools.wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if len(request.META.get("QUERY_STRING", "")) > QUERY_MAX:
            return HttpResponse("The address is too long.\n", content_type="text/plain; charset=utf-8", status=414)
        response = view(request, *args, **kwargs)
        if response.status_code != 200:
            return response
        etag = f'"{xxh3_128_hexdigest(response.content)}"'
        response["ETag"] = etag
        response["Cache-Control"] = CACHE_CONTROL
        _tell_caches(response)
        if request.META.keys().isdisjoint(CONDITIONS):
            return response
        modified = parse_http_date_safe(response.get("Last-Modified", ""))
        conditional = get_conditional_response(request, etag, modified, response)
        assert conditional is not None  # noqa: S101  None comes for a None only
        return conditional

    return answer


def shown_at(response: HttpResponse, *places: Place) -> HttpResponse:
    """The response, known by these places to a cache in front of the site: it is dropped there when one changes."""
    if settings.CDN_MAX_AGE:
        response["Surrogate-Key"] = " ".join(keys_of([ALL, *places]))
    return response


def open_to_others(response: HttpResponse) -> HttpResponse:
    """The response, which pages of any other site may read too: it is public, and says the same to everybody."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _tell_caches(response: HttpResponse) -> None:
    """Let a CDN keep a page, if the settings say so, under the keys by which a change drops it."""
    if not settings.CDN_MAX_AGE:
        return
    response.setdefault("Surrogate-Key", " ".join(keys_of([ALL, SITE])))
    keys = response["Surrogate-Key"]
    response["Cache-Tag"] = keys.replace(" ", ",")
    response["CDN-Cache-Control"] = f"public, max-age={settings.CDN_MAX_AGE}"  # RFC 9213
    response["Surrogate-Control"] = f"max-age={settings.CDN_MAX_AGE}"  # as Fastly and Varnish read it


def render_page(
    template: str,
    context: Mapping[str, Any],
    *,
    content_type: str = "text/html; charset=utf-8",
    modified: datetime.datetime | None = None,
    speaks: str = "",
    status: int = 200,
) -> HttpResponse:
    """A page from a template that sees this context alone: no request, so no user, session or token to touch. `speaks`
    is the language of the page around the text (default: the site's)."""
    with translation.override(speaks or settings.LANGUAGE_CODE):
        text = render_to_string(template, dict(context))
    response = HttpResponse(text, content_type=content_type, status=status)
    if modified:
        response["Last-Modified"] = http_date(modified.timestamp())
    return response


def framed_page(
    head: str | bytes, *main: str | bytes, speaks: str, section: str = "", scripts: bool = False
) -> HttpResponse:
    """A page of parts that are HTML already: the site's frame around a head and a main part, joined and no more."""
    site = frame(speaks, section, scripts)
    parts = (site.before, head, site.between, *main, site.after)
    return HttpResponse(b"".join(map(as_bytes, parts)), content_type="text/html; charset=utf-8")


def frame(speaks: str, section: str = "", scripts: bool = False) -> Frame:
    """The site's frame in a language; `section` is the entry of its navigation that is the current one, `scripts` adds
    those of an article."""
    return _frame(speaks, section, scripts, site_settings())


def site_settings() -> tuple[str, ...]:
    """The settings that stand on pages: what is kept of a page in this process is kept for them."""
    return (settings.SITE_URL, settings.SITE_NAME, settings.SITE_PUBLISHER, settings.DISCLOSURE)


@functools.lru_cache(maxsize=64)
def _frame(speaks: str, section: str, scripts: bool, _settings: tuple[str, ...]) -> Frame:
    context = {"section": section, "scripts": scripts, "head_mark": _HEAD, "main_mark": _MAIN}
    with translation.override(speaks):
        before, rest = render_to_string("digest/frame.html", context).split(_HEAD)
    between, after = rest.split(_MAIN)
    return Frame(before.encode(), between.encode(), after.encode())
