"""The queue in the admin: its filters, its pages, the next article for me, and saved views."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe

from ..models import Priority
from ..queueing import Filters, page_of, read_filters
from ..queueing.choices import Choices, choices_for
from ..reserving import take_next
from ..saved_views import remove_view, save_view
from ..workflow import WorkflowError
from .queue_filters import fields_of, labels_of
from .queue_rows import shown_rows
from .sweeps import may_sweep

if TYPE_CHECKING:
    from .articles import ArticleAdmin

FILTERS_KEY = "queue"
"""In the session: the filters that the last article was taken by, for the one after it once a decision has led away."""
QUERY_MAX = 4_000  # characters of an address's query that a form carries along


def queue_urls(desk: ArticleAdmin) -> list[URLPattern]:
    pages = [
        ("", require_safe(partial(queue_view, desk)), "queue"),
        ("next/", require_POST(partial(next_view, desk)), "queue_next"),
        ("views/", require_POST(partial(save_view_view, desk)), "queue_save"),
        ("views/<int:pk>/remove/", require_POST(partial(remove_view_view, desk)), "queue_remove"),
    ]
    view = desk.admin_site.admin_view
    return [path(f"queue/{route}", view(page), name=f"editorial_article_{name}") for route, page, name in pages]


def queue_view(desk: ArticleAdmin, request: HttpRequest) -> HttpResponse:
    """A page of the queue. What the address names and nobody knows is left out, with a sentence."""
    require_view(desk, request)
    if "" in request.GET.values():  # a form sends its empty fields too; the address keeps what is set
        return HttpResponseRedirect(f"{request.path}?{urlencode([pair for pair in request.GET.items() if pair[1]])}")
    filters, problems = read_filters(request.GET)
    for sentence in problems:
        messages.warning(request, sentence)
    user = request.user
    page = page_of(filters, by=user, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    choices = choices_for(user, batch=filters.batch)
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": "Queue",
        "page": page,
        "rows": list(shown_rows(page.rows, by=user, along=along(filters))),
        "filters": filters,
        "fields": fields_of(filters, choices),
        "chips": [
            {"label": label, "value": value, "address": queue_address(filters.without(name))}
            for name, label, value in labels_of(filters, choices)
        ],
        "views": _views(choices, filters),
        "people": choices.people,
        "priorities": Priority.choices,
        "before": _page_address(filters, before=page.before) if page.before else "",
        "after": _page_address(filters, after=page.after) if page.after else "",
        "may": rights(request),
    }
    return TemplateResponse(request, "admin/editorial/queue/queue.html", context)


def next_view(desk: ArticleAdmin, request: HttpRequest) -> HttpResponse:
    """Reserve the next free article and open it; the filters go along, so that the one after it is of the same kind."""
    require_view(desk, request)
    filters = posted_filters(request)
    try:
        article = take_next(filters, by=request.user)
    except WorkflowError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(queue_address(filters))
    if article is None:
        messages.info(request, _nothing_free(filters))
        return HttpResponseRedirect(queue_address(filters))
    if request.session.get(FILTERS_KEY, "") != filters.query:
        request.session[FILTERS_KEY] = filters.query
    return HttpResponseRedirect(article.get_desk_url() + along(filters))


def save_view_view(desk: ArticleAdmin, request: HttpRequest) -> HttpResponse:
    require_view(desk, request)
    filters = posted_filters(request)
    try:
        view = save_view(request.POST.get("name", ""), filters, by=request.user)
        messages.success(request, f"Saved as “{view.name}”. It stands above the queue now.")
    except WorkflowError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(queue_address(filters))


def remove_view_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    require_view(desk, request)
    try:
        remove_view(pk, by=request.user)
        messages.success(request, "The view was removed. The articles are where they were.")
    except (WorkflowError, OverflowError) as error:
        messages.error(request, str(error) if isinstance(error, WorkflowError) else "There is no such view.")
    return HttpResponseRedirect(queue_address(posted_filters(request)))


def require_view(desk: ArticleAdmin, request: HttpRequest) -> None:
    """Raise PermissionDenied for who may not see articles."""
    if not desk.has_view_permission(request):
        raise PermissionDenied


def rights(request: HttpRequest) -> Mapping[str, bool]:
    """What this person may do with several articles of the queue at once."""
    user = request.user
    may_decide = user.has_perm("editorial.decide_article")
    return {
        "take": user.has_perm("editorial.change_article"),
        "assign": user.has_perm("editorial.assign_article"),
        "fix": may_sweep(request),
        "decide": may_decide,
        "approve": may_decide and user.has_perm("editorial.bulk_approve_article"),
    }


def posted_filters(request: HttpRequest) -> Filters:
    """The filters that a form carries along as an address's query; the whole queue where it makes no sense."""
    return filters_in(request.POST.get("queue", ""))


def filters_in(query: str) -> Filters:
    """The filters of a query; the whole queue where it makes no sense."""
    return read_filters(QueryDict(query[:QUERY_MAX]))[0]


def along(filters: Filters) -> str:
    """What an article's address carries, so that the one after it comes from the same part of the queue."""
    return f"?{urlencode({'queue': filters.query})}" if filters.query else ""


def queue_address(filters: Filters) -> str:
    return _page_address(filters)


def _page_address(filters: Filters, **place: str) -> str:
    query = urlencode({**filters.chosen, **place})
    return reverse("admin:editorial_article_queue") + (f"?{query}" if query else "")


def _views(choices: Choices, filters: Filters) -> list[dict[str, Any]]:
    return [
        {
            "pk": key,
            "name": name,
            "address": queue_address(filters_in(query)),
            "is_current": filters_in(query) == filters,
        }
        for key, (name, query) in choices.views.items()
    ]


def _nothing_free(filters: Filters) -> str:
    if filters.chosen:
        return "No article that these filters leave is free for you. Clear some, or look at who has them in the list."
    return "No article is free for you just now. The list shows who has which."
