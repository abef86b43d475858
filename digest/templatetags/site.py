"""What templates of the public site ask for beside their context: who publishes it, full addresses, reading time."""

import datetime
from collections.abc import Sequence
from email.utils import format_datetime

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext

from digest.breadcrumbs import Crumb, breadcrumb_list
from digest.disclosure import first_seen, last_changed
from digest.listings import site_address
from digest.models import LANGUAGES
from digest.reading_time import reading_minutes
from digest.rendering.data_blocks import json_ld

register = template.Library()
register.filter("site_address", site_address)
register.filter("reading_minutes", reading_minutes)
register.filter("first_seen", first_seen)
register.filter("last_changed", last_changed)


@register.simple_tag
def site_name() -> str:
    return settings.SITE_NAME


@register.simple_tag
def site_publisher() -> str:
    """Who answers for what is published here."""
    return settings.SITE_PUBLISHER


@register.simple_tag
def site_contact() -> str:
    """Where readers tell of a mistake, "" where nobody has said."""
    return settings.SITE_CONTACT


@register.simple_tag
def site_languages() -> list[tuple[str, str]]:
    """Code and own name of each language that has a front page: `("pl", "Polski")`."""
    return [(code, get_language_info(code)["name_local"].capitalize()) for code in LANGUAGES]


@register.simple_tag
def page_path(kind: str, language: str) -> str:
    """The address of one of the publishers' own pages, in this language where there is one."""
    if language in LANGUAGES and language != settings.LANGUAGE_CODE:
        return reverse("digest:page", args=[language, kind])
    return reverse("digest:page", args=[kind])


@register.simple_tag
def breadcrumb_data(crumbs: Sequence[Crumb], name: str, path: str) -> SafeString:
    """The way to a page, and the page itself, for machines."""
    return json_ld({"@context": "https://schema.org", **breadcrumb_list([*crumbs, Crumb(name, path)])})


@register.filter
def language_name(code: str) -> str:
    """A language's name in the language of the page."""
    return gettext(LANGUAGES[code]) if code in LANGUAGES else code


@register.filter
def rfc3339(moment: datetime.datetime) -> str:
    """As Atom writes it: `2025-11-13T09:30:00+00:00`."""
    return moment.isoformat(timespec="seconds")


@register.filter
def rfc2822(moment: datetime.datetime) -> str:
    """As RSS writes it: `Thu, 13 Nov 2025 09:30:00 +0000`; English whatever language is active."""
    return format_datetime(moment)
