"""The comments that call a person, for that person alone: the new ones first to be opened, and whether a mail comes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from ..commenting import mark_seen, notices, set_mail, unseen, wants_mail
from ..models import Mention
from .read_only import ReadOnlyAdmin

SHOWN = 50  # notices on one page


@admin.register(Mention)
class MentionAdmin(ReadOnlyAdmin):
    def has_view_permission(self, request: HttpRequest, obj: Mention | None = None) -> bool:
        is_own = obj is None or obj.person_id == request.user.pk
        return is_own and request.user.has_perm("editorial.view_article")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # reached from the front page

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("seen/", view(self.seen_view), name="editorial_mention_seen"),
            path("mail/", view(self.mail_view), name="editorial_mention_mail"),
            path("<int:pk>/open/", view(self.open_view), name="editorial_mention_open"),
        ]
        return own + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The notices of whoever looks, the newest first; `new=1`: only those that were not seen yet."""
        self._require(request)
        only_new = request.GET.get("new") == "1"
        rows = unseen(request.user) if only_new else notices(request.user)
        page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Who mentioned you",
            "page": page,
            "only_new": only_new,
            "new": unseen(request.user).count(),
            "wants_mail": wants_mail(request.user),
            "sends_mail": settings.SENDS_MAIL,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/editorial/mention/change_list.html", context)

    def open_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note that a notice was seen, and go to the comment."""
        self._require(request, post=True)
        mention = get_object_or_404(notices(request.user), pk=pk)
        mark_seen(request.user, [mention.pk])
        comment = mention.comment
        return HttpResponseRedirect(f"{comment.article.get_desk_url()}#comment-{comment.pk}")

    def seen_view(self, request: HttpRequest) -> HttpResponse:
        """Note that all notices were seen."""
        self._require(request, post=True)
        count = mark_seen(request.user)
        messages.success(request, f"{count} marked as seen." if count else "There was nothing new.")
        return HttpResponseRedirect(reverse("admin:editorial_mention_changelist"))

    def mail_view(self, request: HttpRequest) -> HttpResponse:
        """Choose whether a mail comes with each notice: `wanted` is 1 or 0."""
        self._require(request, post=True)
        wanted = request.POST.get("wanted") == "1"
        set_mail(request.user, wanted)
        messages.success(request, "You get a mail with each notice." if wanted else "You get no more mails.")
        return HttpResponseRedirect(reverse("admin:editorial_mention_changelist"))

    def _require(self, request: HttpRequest, *, post: bool = False) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if post and request.method != "POST":
            raise Http404("This is a button.")
