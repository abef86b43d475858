"""What was found where the links lead, in the admin: to read."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..checks.piece import shortened
from ..models import Article, ArticleLink, LinkLook
from .read_only import ReadOnlyAdmin

ARTICLES_MAX = 50  # that are named on the page of a look


@admin.register(LinkLook)
class LinkLookAdmin(ReadOnlyAdmin):
    list_display = ["short_address", "result", "http_code", "now_at", "short_title", "looked_at"]
    list_filter = ["result", "permanent", "looked_at"]
    list_per_page = 50
    ordering = ["-looked_at", "-id"]
    search_fields = ["address", "title", "host"]
    search_help_text = "Words of the address or of the page's title."
    fields = ["followed", "result", "http_code", "trouble", "looked_at", "final", "permanent", "title", "copy"]
    fields += ["missing_since", "retry_at", "articles"]
    readonly_fields = ["followed", "final", "copy", "articles"]

    @admin.display(description="address", ordering="address")
    def short_address(self, look: LinkLook) -> str:
        return shortened(look.address, 90)

    @admin.display(description="leads to")
    def now_at(self, look: LinkLook) -> str:
        return shortened(look.final_address)

    @admin.display(description="title")
    def short_title(self, look: LinkLook) -> str:
        return shortened(look.title)

    @admin.display(description="address")
    def followed(self, look: LinkLook) -> str:
        return _link(look.address)

    @admin.display(description="leads to")
    def final(self, look: LinkLook) -> str:
        return _link(look.final_address)

    @admin.display(description="archived copy")
    def copy(self, look: LinkLook) -> str:
        return _link(look.archived)

    @admin.display(description="articles")
    def articles(self, look: LinkLook) -> str:
        linked = ArticleLink.objects.filter(host=look.host, address=look.address).values("article")
        rows = Article.objects.filter(pk__in=linked).only("title")[:ARTICLES_MAX]
        return format_html_join(", ", '<a href="{}">{}</a>', ((each.get_desk_url(), each.title) for each in rows))


def _link(address: str) -> "SafeString | str":
    """A link to a web address; anything else as it is."""
    if not address.lower().startswith(("http://", "https://")):
        return address
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', address, address)
