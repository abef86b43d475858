"""The text as readers will see it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from digest.rendering import RenderingError, render

from ...models import Article


def panel(request: HttpRequest, article: Article) -> dict[str, Any]:
    return {"preview": rendered(request.POST.get("body", "") or article.current.body)}


def rendered(body: str) -> dict[str, str]:
    """`html`, or `error`: the sentence that says why it can't be rendered."""
    try:
        return {"html": render(body)}
    except RenderingError as error:
        return {"error": str(error)}
