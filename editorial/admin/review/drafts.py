"""What a person has typed and not saved as a revision: kept every few seconds, and before anything leaves the page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.defaultfilters import date as formatted
from django.urls import URLPattern, path
from django.utils import timezone

from ...models import Article, WorkingCopy
from ...models.log import name_of
from ...workflow import Conflict, NotAllowed, WorkflowError
from ...working_copies import FIELDS, discard, keep, stamp
from ..fixes import key_of
from ..forms import TextForm

if TYPE_CHECKING:
    from ..articles import ArticleAdmin


def urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view
    return [
        path("<int:pk>/draft/", view(partial(draft_view, desk)), name="editorial_article_draft"),
        path("<int:pk>/draft/discard/", view(partial(discard_view, desk)), name="editorial_article_discard"),
    ]


def draft_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was typed: 200 with its stamp, 409 where this person typed something else in another window, 403 and
    422 with a sentence. `newer` says who saved a revision since the one that this text goes on from."""
    if request.method != "POST":
        raise Http404("Drafts are sent here, not read.")
    article = desk.get_article(request, pk)
    based_on = article.revisions.filter(pk=key_of(request.POST.get("based_on"))).first()
    if based_on is None:
        return JsonResponse({"error": "This page did not say which revision it shows."}, status=422)
    try:
        copy = keep(article, typed(request.POST), by=request.user, based_on=based_on, seen=request.POST.get("seen"))
    except Conflict as error:
        return JsonResponse({"error": str(error)}, status=409)
    except NotAllowed as error:
        return JsonResponse({"error": str(error)}, status=403)
    except WorkflowError as error:
        return JsonResponse({"error": str(error)}, status=422)
    at = formatted(timezone.localtime(copy.saved_at), "H:i:s")
    return JsonResponse({"stamp": stamp(copy), "at": at, "newer": newer_than(article, based_on.pk)})


def discard_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Forget what was typed, and back to the text as it was saved."""
    if request.method != "POST":
        raise Http404("Discarding is a button.")
    article = desk.get_article(request, pk)
    discard(article, by=request.user)
    return HttpResponseRedirect(article.get_desk_url())


def typed(sent: Mapping[str, str]) -> dict[str, str]:
    """The fields of the text's form among those that were sent."""
    return {name: sent[name] for name in FIELDS if name in sent}


def keep_typed(request: HttpRequest, article: Article, form: TextForm | None = None) -> WorkingCopy | None:
    """Keep what a form sent along with another button, if it is anything else than the text that it opened with.
    Raises WorkflowError for a text that is too long to keep."""
    based_on = article.revisions.filter(pk=key_of(request.POST.get("based_on"))).first()
    if based_on is None or "body" not in request.POST:
        return None
    form = form or TextForm(request.POST)
    if form.is_valid() and form.text_on(based_on).hash == based_on.hash and not form.cleaned_data["note"]:
        return None
    return keep(article, typed(form.data), by=request.user, based_on=based_on)


def newer_than(article: Article, seen: int) -> str:
    """A sentence about the revision that was saved since the one that was seen, "" if there is none."""
    current = article.current
    if current is None or current.pk == seen:
        return ""
    who = name_of(current.by) if current.by else "An import"
    return f"{who} saved revision {current.number} while you were writing. Nothing is lost: saving shows both texts."
