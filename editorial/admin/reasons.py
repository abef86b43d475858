"""The house's reasons for sending back and rejecting."""

from django.contrib import admin

from ..models import Reason
from .read_only import DeskAdmin


@admin.register(Reason)
class ReasonAdmin(DeskAdmin):
    """A reason that is no longer given is switched off: the log goes on naming it."""

    list_title = "Reasons for sending back and rejecting"
    list_display = ["name", "code", "position", "active"]
    list_editable = ["position", "active"]
    list_filter = ["active"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"code": ["name"]}

    def get_changelist_formset(self, request, **kwargs):
        formset = super().get_changelist_formset(request, **kwargs)
        for name in self.list_editable:  # in a list, the head of a column is no label of its fields
            field = formset.form.base_fields[name]
            field.widget.attrs["aria-label"] = field.label
        return formset

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []  # the log knows it by its code

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields
