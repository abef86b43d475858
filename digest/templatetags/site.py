"""What templates of the public site ask for beside their context: who publishes it, full addresses, reading time."""

import datetime
from email.utils import format_datetime

from django import template
from django.conf import settings
from django.utils.translation import get_language_info

from digest.listings import site_address
from digest.models import LANGUAGES

register = template.Library()
WORDS_A_MINUTE = 230
"""Silent reading of English prose: 238 words a minute (Brysbaert 2019, doi:10.1016/j.jml.2019.104047), rounded down."""

register.filter("site_address", site_address)


@register.simple_tag
def site_name() -> str:
    return settings.SITE_NAME


@register.simple_tag
def site_publisher() -> str:
    """Who answers for what is published here."""
    return settings.SITE_PUBLISHER


@register.simple_tag
def site_languages() -> list[tuple[str, str]]:
    """Code and own name of each language that has a front page: `("pl", "Polski")`."""
    return [(code, get_language_info(code)["name_local"].capitalize()) for code in LANGUAGES]


@register.filter
def reading_minutes(word_count: int) -> int:
    """Whole minutes that reading so many words takes, at least one."""
    return max(1, round(word_count / WORDS_A_MINUTE))


@register.filter
def language_name(code: str) -> str:
    return LANGUAGES.get(code, code)


@register.filter
def rfc3339(moment: datetime.datetime) -> str:
    """As Atom writes it: `2025-11-13T09:30:00+00:00`."""
    return moment.isoformat(timespec="seconds")


@register.filter
def rfc2822(moment: datetime.datetime) -> str:
    """As RSS writes it: `Thu, 13 Nov 2025 09:30:00 +0000`; English whatever language is active."""
    return format_datetime(moment)
