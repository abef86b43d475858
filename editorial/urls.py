"""The desk's addresses outside of the admin: what a preview link shows."""

from django.urls import path

from .preview_pages import preview_link_view

urlpatterns = [path("<str:token>/", preview_link_view, name="preview")]
