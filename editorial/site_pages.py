"""The pages of the public site that publishers write: saved and removed, each with its event."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from digest.announcing import announce
from digest.models import SitePage
from digest.places import PAGES
from digest.rendering import render

from .models.log import record


@transaction.atomic
def save_page(page: SitePage, *, by: User) -> SitePage:
    """Save a page as it is filled in; readers have it at the next request. Raises RenderingError where its text can't
    be rendered."""
    page.html = render(page.body)
    page.updated_at = timezone.now()
    page.save()
    announce([PAGES])
    record("edit_page", by=by, data=_facts(page) | {"body": page.body})
    return page


@transaction.atomic
def remove_page(page: SitePage, *, by: User) -> None:
    """Remove a page; readers then have the site's own words again."""
    record("remove_page", by=by, data=_facts(page))
    page.delete()
    announce([PAGES])


def _facts(page: SitePage) -> dict[str, str]:
    return {"kind": page.kind, "language": page.language, "title": page.title}
