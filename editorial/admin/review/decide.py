"""The decisions that this person can take on the article now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from ...decision_reasons import offered
from ...four_eyes import is_asked_for, last_changed_by
from ...models import Article
from ...workflow import REASONED, TRANSITIONS, Action, available_actions, is_scheduled


def panel(request: HttpRequest, article: Article) -> dict[str, Any]:
    actions = available_actions(article, by=request.user)
    may_approve = Action.APPROVE in actions
    return {
        "actions": actions,
        "needs_reason": [action for action, rule in TRANSITIONS.items() if rule.reason_required],
        "item": f"{article.pk}:{article.current_id}",
        "reasons": offered() if REASONED & set(actions) else [],
        "needs_other": may_approve
        and is_asked_for(article.source)
        and last_changed_by(article.current) == request.user,
        "is_scheduled": is_scheduled(article),
        "may_preview": request.user.has_perm("editorial.view_previewlink"),
    }
