"""About, editorial policy and colophon in the admin: what a publisher writes there, readers have at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from digest.models import SitePage
from digest.rendering import RenderingError, render

from ..site_pages import remove_page, save_page
from ..text import storable
from .read_only import DeskAdmin


class SitePageForm(forms.ModelForm):
    class Meta:
        model = SitePage
        fields = ("kind", "language", "title", "body")

    def clean_title(self) -> str:
        return " ".join(storable(self.cleaned_data["title"]).split())

    def clean_body(self) -> str:
        body = storable(self.cleaned_data["body"]).replace("\r\n", "\n")
        try:
            render(body)
        except RenderingError as error:
            raise forms.ValidationError(str(error)) from None
        return body


@admin.register(SitePage)
class SitePageAdmin(DeskAdmin):
    form = SitePageForm
    list_title = "The publishers’ own pages"
    list_display = ["title", "kind", "language", "updated_at"]
    actions = None

    def save_model(self, request: HttpRequest, obj: SitePage, form: Any, change: bool) -> None:
        save_page(obj, by=request.user)

    def delete_model(self, request: HttpRequest, obj: SitePage) -> None:
        remove_page(obj, by=request.user)
