"""The log in the admin: to read."""

from django.contrib import admin

from ..models import Event
from .read_only import ReadOnlyAdmin


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor_name", "action", "article", "revision", "reason"]
    list_display_links = ["at"]
    list_filter = ["action", "at"]
    list_select_related = ["article", "revision"]
    search_fields = ["actor_name", "article__title", "reason"]
    fields = ["at", "actor_name", "action", "article", "revision", "batch", "reason", "data", "previous", "hash"]
