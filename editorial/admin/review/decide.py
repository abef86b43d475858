"""The decisions that this person can take on the article now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from ...models import Article
from ...workflow import TRANSITIONS, available_actions


def panel(request: HttpRequest, article: Article) -> dict[str, Any]:
    return {
        "actions": available_actions(article, by=request.user),
        "needs_reason": [action for action, rule in TRANSITIONS.items() if rule.reason_required],
        "item": f"{article.pk}:{article.current_id}",
    }
