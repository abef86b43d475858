"""The site's own addresses, and two views to compare its pages with."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from digest.models import Publication
from digest.urls import urlpatterns as site

_BARE = """<!doctype html><html lang="{{ row.language }}"><head><title>{{ row.title }}</title></head><body>
<h1>{{ row.title }}</h1><p>{{ row.excerpt }}</p><p>{{ row.date|date:"j F Y" }}, {{ row.source_name }}</p>
<ul>{% for link in row.tag_links.all %}<li>{{ link.tag.name }}</li>{% endfor %}</ul>{{ row.html|safe }}</body></html>"""


def empty(request: HttpRequest) -> HttpResponse:
    """A hello, behind the same middleware."""
    return HttpResponse("hello\n", content_type="text/plain")


def bare(request: HttpRequest, slug: str) -> HttpResponse:
    """An article as one would begin: its row and its tags by the ORM, a template, and nothing else."""
    row = Publication.objects.visible().prefetch_related("tag_links__tag").get(slug=slug)
    template = engines["django"].from_string(_BARE) if not _made else _made[0]
    _made[:] = [template]
    return HttpResponse(template.render({"row": row}, request))


_made: list = []  # type: ignore[type-arg]
urlpatterns = [path("bench/empty/", empty), path("bench/bare/<slug:slug>/", bare), *site]
