"""Every address of the public site."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import cards, feeds, health, sitemaps, views
from .models import LANGUAGES, SitePage
from .search import views as search


class LanguageConverter(StringConverter):
    regex = "|".join(LANGUAGES)


class UnicodeSlugConverter(StringConverter):
    """Letters and digits of any script: a tag may be called żółw."""

    regex = r"[-\w]+"


class PageConverter(StringConverter):
    """The publishers' own pages."""

    regex = "|".join(SitePage.Kind.values)


class YearConverter:
    regex = "(?!0000)[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04}"


class MonthConverter(YearConverter):
    regex = "0[1-9]|1[0-2]"

    def to_url(self, value: int) -> str:
        return f"{value:02}"


class DayConverter(MonthConverter):
    regex = "0[1-9]|[12][0-9]|3[01]"


class NumberConverter:
    """A number as it is written: 0, 17; no 007, and none that no database holds."""

    regex = "0|[1-9][0-9]{0,11}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(NumberConverter, "number")
register_converter(LanguageConverter, "language")
register_converter(UnicodeSlugConverter, "name")
register_converter(PageConverter, "page")
register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")
register_converter(DayConverter, "day")

app_name = "digest"
urlpatterns = [  # what is asked for most stands first: they are tried in order
    path("", views.front, name="front"),
    path("articles/<name:slug>/", views.article, name="article"),
    path("tags/<name:tag>/", views.tag, name="tag"),
    path("feed.rss", feeds.rss, name="feed_rss"),
    path("feed.atom", feeds.atom, name="feed_atom"),
    path("feed.json", feeds.json_feed, name="feed_json"),
    path("articles/<name:slug>.md", views.article_markdown, name="article_markdown"),
    path("articles/<name:slug>.json", views.article_json, name="article_json"),
    path("articles/<name:slug>.png", cards.card_image, name="card_image"),
    path("articles/<name:slug>/tldr/", views.short, name="short"),
    path("tags/", views.tag_index, name="tags"),
    path("tags/<name:tag>/feed.rss", feeds.rss, name="feed_rss"),
    path("tags/<name:tag>/feed.atom", feeds.atom, name="feed_atom"),
    path("tags/<name:tag>/feed.json", feeds.json_feed, name="feed_json"),
    path("sources/", views.source_index, name="sources"),
    path("sources/<name:source>/", views.source, name="source"),
    path("sources/<name:source>/feed.rss", feeds.rss, name="feed_rss"),
    path("sources/<name:source>/feed.atom", feeds.atom, name="feed_atom"),
    path("sources/<name:source>/feed.json", feeds.json_feed, name="feed_json"),
    path("archive/", views.archive, name="archive"),
    path("archive/<year:year>/", views.year, name="year"),
    path("archive/<year:year>/<month:month>/", views.month, name="month"),
    path("archive/<year:year>/<month:month>/<day:day>/", views.day, name="day"),
    path("corrections/", views.corrections, name="corrections"),
    path("search/", search.results, name="search"),
    path("search/suggest.json", search.suggestions, name="search_suggest"),
    path("search/opensearch.xml", search.description, name="opensearch"),
    path("<page:kind>/", views.page, name="page"),
    path("<language:language>/", views.front, name="language"),
    path("<language:language>/feed.rss", feeds.rss, name="feed_rss"),
    path("<language:language>/feed.atom", feeds.atom, name="feed_atom"),
    path("<language:language>/feed.json", feeds.json_feed, name="feed_json"),
    path("<language:language>/<page:kind>/", views.page, name="page"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.sitemap_pages, name="sitemap_pages"),
    path("sitemap-<number:number>.xml", sitemaps.sitemap_block, name="sitemap_block"),
    path("news-sitemap.xml", sitemaps.news_sitemap, name="news_sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("llms.txt", sitemaps.llms, name="llms"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
