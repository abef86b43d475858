"""Every address of the public site."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import feeds, views
from .models import LANGUAGES


class LanguageConverter(StringConverter):
    regex = "|".join(LANGUAGES)


class UnicodeSlugConverter(StringConverter):
    """Letters and digits of any script: a tag may be called żółw."""

    regex = r"[-\w]+"


register_converter(LanguageConverter, "language")
register_converter(UnicodeSlugConverter, "name")

app_name = "digest"
urlpatterns = [
    path("", views.front, name="front"),
    path("feed.rss", feeds.rss, name="feed_rss"),
    path("feed.atom", feeds.atom, name="feed_atom"),
    path("articles/<name:slug>/", views.article, name="article"),
    path("tags/<name:tag>/", views.tag, name="tag"),
    path("tags/<name:tag>/feed.rss", feeds.rss, name="feed_rss"),
    path("tags/<name:tag>/feed.atom", feeds.atom, name="feed_atom"),
    path("<language:language>/", views.front, name="language"),
    path("<language:language>/feed.rss", feeds.rss, name="feed_rss"),
    path("<language:language>/feed.atom", feeds.atom, name="feed_atom"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
]
