"""System checks: settings that Digest can't run well with, each with an id and a hint."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

OLD_FRAGMENTS_HINT = "Run `manage.py rerender_publications`; readers see the texts as before meanwhile."
POSITIVE = (
    "PAGE_SIZE",
    "SEARCH_MAX_CHARS",
    "SEARCH_MAX_TERMS",
    "UPLOAD_MAX_BYTES",
    "UPLOAD_MAX_FILES",
    "RENDER_MAX_CHARS",
    "ARCHIVE_MAX_ENTRIES",
    "ARCHIVE_MAX_BYTES",
    "ARCHIVE_MAX_RATIO",
    "CHECK_LINKS_DELAY",
    "CHECK_LINKS_TIMEOUT",
    "CHECK_LINKS_MAX_BYTES",
    "CHECK_LINKS_HOSTS_AT_ONCE",
    "CHECK_LINKS_AGAIN_DAYS",
    "LOGIN_MAX_FAILURES",
    "LOGIN_LOCKOUT_MINUTES",
    "SESSION_IDLE_MINUTES",
    "SESSION_MAX_HOURS",
)


@register(Tags.urls)
def site_url_is_an_address(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme in ("http", "https") and parts.netloc and parts.path in ("", "/"):
        return []
    return [
        Error(
            f"SITE_URL is {settings.SITE_URL!r}, which is no web address.",
            hint="Set it to the address readers use, such as https://digest.example.org, without a path.",
            id="digest.E001",
        )
    ]


@register(Tags.security, deploy=True)
def site_url_is_https(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.SITE_URL.startswith("https://"):
        return []
    return [
        Warning(
            f"SITE_URL is {settings.SITE_URL!r}: feeds and links would name an address without https.",
            hint="Set SITE_URL to the https address of the site.",
            id="digest.W001",
        )
    ]


@register(Tags.security, deploy=True)
def host_names_are_public(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    local = {"127.0.0.1", "localhost", "[::1]"}
    if set(settings.ALLOWED_HOSTS) - local:
        return []
    return [
        Warning(
            "ALLOWED_HOSTS names only this machine, so readers would be answered with 400.",
            hint="Set ALLOWED_HOSTS to the host names of the site, separated by commas.",
            id="digest.W002",
        )
    ]


@register(Tags.security, deploy=True)
def a_password_alone_is_not_enough(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.SECOND_FACTOR != "optional":
        return []
    return [
        Warning(
            "SECOND_FACTOR is optional: a Publisher's stolen password is enough to put words before readers.",
            hint="Set SECOND_FACTOR to publishers or all.",
            id="digest.W004",
        )
    ]


@register(Tags.security, deploy=True)
def logins_have_addresses_of_their_own(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.TRUST_PROXY_ADDRESS or not settings.TRUST_PROXY_HEADER:
        return []
    return [
        Warning(
            "All logins seem to come from the proxy, so a few wrong passwords lock out everybody.",
            hint="Set TRUST_PROXY_ADDRESS=on if the proxy adds the address it was asked from to X-Forwarded-For.",
            id="digest.W005",
        )
    ]


@register(Tags.security)
def sizes_are_positive(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{name} is {getattr(settings, name)}; it must be at least 1.",
            hint=f"Set {name} to a positive number or leave it out for the default.",
            id="digest.E002",
        )
        for name in POSITIVE
        if getattr(settings, name) < 1
    ]


@register(Tags.database)
def fragments_are_current(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Runs with `migrate` and `check --database default`, as it asks the database."""
    from .fragments import fragments_version
    from .models import Publication

    if not databases or "default" not in databases:
        return []
    try:
        count = Publication.objects.exclude(fragments_version=fragments_version()).count()
    except DatabaseError:
        return []  # the tables are not there yet, or not in this form
    if not count:
        return []
    return [
        Warning(
            f"{count} published articles are shown as an earlier version of Digest, or of its settings, made them.",
            hint=OLD_FRAGMENTS_HINT,
            id="digest.W003",
        )
    ]
