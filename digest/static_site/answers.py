"""What the site answers at one of its paths, asked without a server between."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote

from django.http import Http404, HttpRequest, QueryDict
from django.urls import resolve


class Answer(NamedTuple):
    """`code` is the HTTP status, 304 where the given ETag still holds; `location` is where a redirect leads."""

    code: int
    body: bytes
    content_type: str
    etag: str
    location: str


def answer(address: str, *, known: str = "") -> Answer:
    """Ask for a path, perhaps with a query, as a reader who has the bytes with the ETag `known`. A page that is not
    there is a 404 without a body."""
    path, _, query = address.partition("?")
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.GET = QueryDict(query)
    request.META = {"REQUEST_METHOD": "GET", "QUERY_STRING": query, "HTTP_IF_NONE_MATCH": known}
    found = resolve(unquote(path))
    try:
        response = found.func(request, *found.args, **found.kwargs)
    except Http404:
        return Answer(404, b"", "", "", "")
    return Answer(
        response.status_code,
        response.content,
        response.get("Content-Type", ""),
        response.get("ETag", ""),
        response.get("Location", ""),
    )
