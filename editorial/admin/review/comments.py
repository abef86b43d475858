"""What people say to each other about the text."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from ...models import Article


def panel(request: HttpRequest, article: Article) -> dict[str, Any]:
    return {}
