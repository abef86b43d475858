"""The claims of the stories, each to be verified."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from ...models import Article


def panel(request: HttpRequest, article: Article) -> dict[str, Any]:
    return {}
