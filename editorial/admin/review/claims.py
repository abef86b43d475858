"""The claims of each story beside its sources: a check list."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from ...claim_marks import Checklist, ClaimState, checklists, is_required, mark, policy, take_back
from ...models import Article, ClaimMark, Status
from ..fixes import key_of
from .answering import answer, units

if TYPE_CHECKING:
    from ..articles import ArticleAdmin

SHOWN = 300  # claims on the page; no article of the corpus has more than 120
POLICIES = {
    "none": "",
    "key": "Those marked “key” must be decided before an approval.",
    "all": "All must be decided before an approval.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A claim as the page shows it: `key` names it on the page (story.claim), `places` are its places in the body in
    UTF-16 units with the lines they are on."""

    state: ClaimState
    key: str
    places: list[tuple[int, int]]

    @property
    def is_required(self) -> bool:
        return is_required(self.state.claim)


@dataclass(frozen=True, slots=True)
class Story:
    """A story's check list as the page shows it."""

    checklist: Checklist
    lines: list[Line]

    @property
    def is_done(self) -> bool:
        return self.checklist.decided == len(self.checklist.claims)


def urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view(partial(claims_view, desk))
    return [path("<int:pk>/claims/", view, name="editorial_article_claims")]


def panel(request: HttpRequest, article: Article) -> dict[str, Any]:
    lists = checklists(article, article.current.text)
    states = [state for checklist in lists for state in checklist.claims]
    decided = sum(state.is_decided for state in states)
    return {
        "claim_stories": _stories(lists, article.current.body),
        "claims_hidden": max(0, len(states) - SHOWN),
        "claims_wrong": sum(state.is_wrong for state in states),
        "claims_policy": POLICIES[policy()],
        "claims_tab": f"{decided} of {len(states)}",
        "claim_verdicts": ClaimMark.Verdict.choices,
        "may_check": Status(article.status).may_be_edited and request.user.has_perm("editorial.review_article"),
    }


def _stories(lists: list[Checklist], body: str) -> list[Story]:
    """The check lists with at most SHOWN claims in all; places counted in one walk over the body."""
    starts = sorted({span.start for each in lists for state in each.claims for span in state.claim.spans})
    at, counted, last = {}, 0, 0
    for start in starts:
        counted, last = counted + units(body[last:start]), start
        at[start] = counted
    found, left = [], SHOWN
    for checklist in lists:
        lines = [
            Line(state, f"{checklist.story.story.number}.{number}", [(at[each.start], each.line) for each in spans])
            for number, state in enumerate(checklist.claims[:left], start=1)
            if (spans := state.claim.spans)
        ]
        left -= len(lines)
        found.append(Story(checklist, lines))
    return found


def claims_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """`claim`: a verdict, the claim's place on the page and its hash, or `unclaim`; `claim-note` goes with the verdict
    and belongs to the story."""
    act = partial(_act, request)
    return answer(desk, request, pk, act, panel=sys.modules[__name__], back="claims")


def _act(request: HttpRequest, article: Article) -> tuple[str, str]:
    if "unclaim" in request.POST:
        key, _, claim_hash = request.POST["unclaim"].partition(":")
        take_back(article, claim_hash, by=request.user)
        return "The claim is unverified again.", _anchor(key)
    verdict, _, rest = request.POST.get("claim", "").partition(":")
    key, _, claim_hash = rest.partition(":")
    note = request.POST.get(f"claim-note-{key_of(key.partition('.')[0])}", "")
    kept = mark(article, claim_hash, verdict, by=request.user, note=note)
    return f"“{kept.wording[:80]}”: {kept.get_verdict_display()}.", _anchor(key)


def _anchor(key: str) -> str:
    """The id of a claim's line on the page."""
    story, _, number = key.partition(".")
    return f"claim-{key_of(story)}-{key_of(number)}"
