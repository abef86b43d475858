"""Tags of the desk's templates."""

from typing import Any

from django import template

from ..admin.front_page import front_page

register = template.Library()


@register.inclusion_tag("admin/editorial/_overview.html", takes_context=True)
def desk_overview(context: dict[str, Any]) -> dict[str, Any]:
    """What waits, for whoever may see articles; nothing for others."""
    user = context["request"].user
    if not user.has_perm("editorial.view_article"):
        return {}
    return {**front_page(user), "perms": context["perms"], "csrf_token": context["csrf_token"]}
