"""Where a page stands on the site, for people (`_crumbs.html`) and for machines (schema.org's BreadcrumbList)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext

from .listings import site_address


class Crumb(NamedTuple):
    """A page above another one: its name and its path."""

    name: str
    path: str


def crumbs_to(section: str, *more: Crumb) -> tuple[Crumb, ...]:
    """The way from the front page through a section ("tags", "sources", "archive") to a page below it."""
    return _section(section, settings.SITE_NAME, get_language()) + more


@lru_cache(maxsize=32)
def _section(section: str, site: str, _speaks: str | None) -> tuple[Crumb, ...]:
    names = {"tags": gettext("Tags"), "sources": gettext("Sources"), "archive": gettext("Archive")}
    return (Crumb(site, reverse("digest:front")), Crumb(names[section], reverse(f"digest:{section}")))


def breadcrumb_list(crumbs: Iterable[Crumb]) -> dict[str, Any]:
    """Crumbs, the page itself the last one, as schema.org writes them down."""
    items = [
        {"@type": "ListItem", "position": place, "name": crumb.name, "item": site_address(crumb.path)}
        for place, crumb in enumerate(crumbs, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}
