"""What the checks found in the current text, each beside what can be done about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from ...models import Article, Finding


def panel(request: HttpRequest, article: Article) -> dict[str, Any]:
    return {"findings": Finding.objects.filter(revision=article.current_id).order_by("line", "id")}
