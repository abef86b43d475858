"""What was found where the links lead, in the admin: to read."""

import re
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..checks.piece import shortened
from ..models import Article, ArticleLink, LinkLook
from .read_only import ReadOnlyAdmin

ARTICLES_MAX = 50  # that are named on the page of a look


@admin.register(LinkLook)
class LinkLookAdmin(ReadOnlyAdmin):
    list_title = "What was found at the links"
    list_display = ["short_address", "found", "page", "when"]
    list_filter = ["result", "permanent", "looked_at"]
    list_per_page = 50
    ordering = ["-looked_at", "-id"]
    search_fields = ["address", "title", "host"]
    fields = ["followed", "result", "http_code", "trouble", "looked_at", "final", "permanent", "title", "copy"]
    fields += ["missing_since", "retry_at", "articles"]
    readonly_fields = ["followed", "final", "copy", "articles"]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        told = {"title": "What was found at a link", "subtitle": None, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, told)

    @admin.display(description="address", ordering="address")
    def short_address(self, look: LinkLook) -> str:
        return _breakable(shortened(look.address.partition("://")[2] or look.address, 90))

    @admin.display(description="result", ordering="result")
    def found(self, look: LinkLook) -> str:
        return f"{look.get_result_display()} ({look.http_code})" if look.http_code else look.get_result_display()

    @admin.display(description="the page")
    def page(self, look: LinkLook) -> str:
        """Its title, where it is now, or why there is none: as much as there is."""
        now_at = format_html("now at {}", _breakable(shortened(look.final_address))) if look.final_address else ""
        known = [shortened(look.title), now_at, look.trouble]
        return format_html_join("; ", "{}", ((each,) for each in known if each)) or "-"

    @admin.display(description="looked at", ordering="looked_at")
    def when(self, look: LinkLook) -> str:
        at = timezone.localtime(look.looked_at)
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), date_format(at, "j M Y"))

    @admin.display(description="address")
    def followed(self, look: LinkLook) -> str | None:
        return _link(look.address)

    @admin.display(description="leads to")
    def final(self, look: LinkLook) -> str | None:
        return _link(look.final_address)

    @admin.display(description="archived copy")
    def copy(self, look: LinkLook) -> str | None:
        return _link(look.archived)

    @admin.display(description="articles")
    def articles(self, look: LinkLook) -> str:
        linked = ArticleLink.objects.filter(host=look.host, address=look.address).values("article")
        rows = Article.objects.filter(pk__in=linked).only("title")[:ARTICLES_MAX]
        return format_html_join(", ", '<a href="{}">{}</a>', ((each.get_desk_url(), each.title) for each in rows))


def _link(address: str) -> "SafeString | str | None":
    """A link to a web address; anything else as it is."""
    if not address.lower().startswith(("http://", "https://")):
        return address or None
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', address, _breakable(address))


def _breakable(address: str) -> SafeString:
    """An address that may go on in the next line at its punctuation, and nowhere else."""
    return format_html_join("", "{}<wbr>", ((piece,) for piece in re.findall(r"[^/.?&=_-]*[/.?&=_-]*", address)))
