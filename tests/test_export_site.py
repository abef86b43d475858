"""The public site as files: every page, links that work, nothing that readers may not see, and only what is new."""

import json
import re
import sqlite3
from html import unescape
from io import StringIO
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from django.core.management import CommandError, call_command

from digest import site_urls
from digest.models import Publication, PublicationAlias, RetractedAddress, Retraction, SitePage
from digest.search.words import words
from digest.static_site import ExportError, export_site
from digest.static_site.addresses import LEFT_OUT, PATHS
from digest.static_site.state import FILE

from .publications import later, published, several

SITE = "https://digest.example.org"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = SITE
    settings.PAGE_SIZE = 3


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file() and path.name != FILE
    }


def broken_links(found, root=""):
    """Links of exported pages that lead to no file."""
    for name, content in found.items():
        if not name.endswith(".html"):
            continue
        base = f"http://host{root}/{name.removesuffix('index.html')}"
        for tag in re.findall(r"<[a-z](?:[^<>\"]|\"[^\"]*\")*>", content.decode()):
            for _, link in re.findall(r'\s(href|src|action)="([^"]*)"', tag):
                target = urlsplit(urljoin(base, unescape(link)))
                if target.netloc != "host":
                    continue
                path = unquote(target.path).removeprefix(f"{root}/")
                path = f"{path}index.html" if path.endswith("/") or not path else path
                if path not in found:
                    yield name, link


def test_every_address_of_the_site_is_exported_or_left_out_for_a_reason():
    named = {pattern.name for pattern in site_urls.urlpatterns}
    assert named == PATHS.keys() | LEFT_OUT.keys()
    assert not PATHS.keys() & LEFT_OUT.keys()


def test_every_link_of_every_page_leads_to_a_file(tmp_path):
    several(8)
    published("żółw-wraca", language="pl", title="Żółw wraca", tags=("żółwie", "birds"))
    SitePage.objects.create(kind="about", language="en", title="Us", body="x", html="<p>See <a href='/tags/'>tags</a>")
    export_site(tmp_path / "site")
    found = files(tmp_path / "site")
    assert list(broken_links(found)) == []
    assert "articles/żółw-wraca/index.html" in found and "tags/zolwie/feed.atom" in found
    assert sum(name.startswith("before/") for name in found) == 2
    assert sum(name.startswith("tags/birds/before/") for name in found) == 2


def test_a_list_can_be_walked_down_and_up_again(tmp_path):
    several(8)
    export_site(tmp_path / "site")
    found = {name: content.decode() for name, content in files(tmp_path / "site").items() if name.endswith(".html")}

    def follow(way):
        name, walked = ("index.html", ["index.html"]) if way == "next" else (downward[-1], [downward[-1]])
        while link := re.search(rf'<a rel="{way}" href="([^"]*)"', found[name]):
            name = urlsplit(urljoin(f"http://host/{name}", link[1])).path.removeprefix("/") + "index.html"
            walked.append(name)
        return walked

    downward = follow("next")
    assert len(downward) == 3
    assert follow("prev") == downward[::-1]
    shown = [re.findall(r"articles/(article-\d)/", found[name]) for name in downward]
    assert list(dict.fromkeys(sum(shown, []))) == [f"article-{number}" for number in range(8)]


def test_an_article_says_what_its_page_says(tmp_path, client):
    published()
    export_site(tmp_path / "site")
    page = (tmp_path / "site/articles/herons-return/index.html").read_text()
    served = client.get("/articles/herons-return/").content.decode()
    plain = r'\s(?:href|src|action)="[^"]*"|<meta http-equiv="Content-Security-Policy"[^>]*>\n'
    assert re.sub(plain, "", page) == re.sub(plain, "", served)
    assert f'<link rel="canonical" href="{SITE}/articles/herons-return/">' in page


def test_a_page_keeps_the_policy_that_the_server_would_send(tmp_path):
    published()
    export_site(tmp_path / "site")
    page = (tmp_path / "site/index.html").read_text()
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)[1]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy
    assert "unsafe" not in policy and "nonce" not in policy


def test_under_another_address_every_full_address_is_that_one(tmp_path):
    several(4)
    export_site(tmp_path / "site", site_url="https://other.example/sub/")
    found = files(tmp_path / "site")
    for name, content in found.items():
        assert SITE.encode() not in content, name
    assert list(broken_links(found, "/sub")) == []
    assert b"https://other.example/sub/articles/article-0/" in found["feed.atom"]
    assert b'href="/sub/"' in found["404.html"]


def test_nothing_that_readers_may_not_see_is_in_any_file(tmp_path):
    published("open-now")
    published("secretslug", title="Secrettitle", visible_from=later(days=1), tags=("secrettag",), source_name="Hush")
    export_site(tmp_path / "site")
    for name, content in files(tmp_path / "site").items():
        assert b"secret" not in content.lower() and "secret" not in name, name


def test_the_second_export_writes_nothing(tmp_path):
    several(5)
    first = export_site(tmp_path / "site")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "site").rglob("*") if path.name != FILE}
    second = export_site(tmp_path / "site")
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "site").rglob("*") if path.name != FILE}
    assert first.written and not first.unchanged
    assert (second.written, second.removed) == (0, 0)
    assert second.unchanged == first.written
    assert after == before


def test_a_correction_changes_its_pages_and_a_lost_file_comes_back(tmp_path):
    several(5)
    export_site(tmp_path / "site")
    (tmp_path / "site/articles/article-3/index.html").unlink()
    page = tmp_path / "site/articles/article-4/tldr/index.html"
    untouched = page.stat().st_mtime_ns
    result = export_site(tmp_path / "site")
    assert result.written == 1
    assert (tmp_path / "site/articles/article-3/index.html").exists()
    assert page.stat().st_mtime_ns == untouched


def test_a_retracted_article_is_taken_away_and_its_address_says_so(tmp_path):
    gone, _ = published("gone"), published("stays")
    export_site(tmp_path / "site")
    retraction = Retraction.objects.create(uid=gone.uid, title="Gone", note="It was wrong.", language="en")
    RetractedAddress.objects.create(slug="gone", retraction=retraction)
    gone.delete()
    result = export_site(tmp_path / "site")
    found = files(tmp_path / "site")
    assert result.removed
    assert b"It was wrong." in found["articles/gone/index.html"]
    assert "articles/gone/tldr/index.html" not in found
    assert b"/articles/gone/ /articles/gone/index.html 410" in found["_redirects"]
    for name in ("index.html", "feed.atom", "tags/birds/index.html"):
        assert b"articles/gone" not in found[name]
    export_site(tmp_path / "site")
    Publication.objects.all().delete()
    export_site(tmp_path / "site")
    assert not (tmp_path / "site/tags/birds").exists()


def test_a_former_address_leads_to_the_new_one(tmp_path):
    PublicationAlias.objects.create(slug="old-name", publication=published())
    export_site(tmp_path / "site", site_url="https://other.example/sub")
    found = files(tmp_path / "site")
    page = found["articles/old-name/index.html"].decode()
    assert 'content="0; url=https://other.example/sub/articles/herons-return/"' in page
    assert '<a href="../herons-return/">' in page
    assert b"/sub/articles/old-name/ /sub/articles/herons-return/ 301" in found["_redirects"]


def test_the_search_index_has_the_words_of_every_visible_article(tmp_path):
    herons, turtle = published(), published("turtle", title="Żółw wraca", language="pl", tags=("żółwie",))
    export_site(tmp_path / "site")

    def articles(shard, word):
        numbers, total = json.loads((tmp_path / f"site/search/index/{shard}.json").read_text()).get(word, []), 0
        return [(total := total + step) >> 3 for step in numbers]

    assert articles("w-ne", "nests") == [herons.pk, turtle.pk]
    assert articles("w-zo", "zolw") == [turtle.pk]
    assert articles("tag-zo", "zolwie") == [turtle.pk]
    assert articles("lang-pl", "pl") == [turtle.pk]
    assert articles("all", "all") == [herons.pk, turtle.pk]
    for word in words("Two herons nest at the weir again"):
        shards = (tmp_path / "site/search/index").glob(f"w-{word[:2]}.json")
        assert any(word in json.loads(shard.read_text()) for shard in shards), word


def test_an_export_that_was_cut_off_is_finished_and_leaves_nothing_behind(tmp_path):
    gone, _ = published("gone"), published("stays")

    class Killed(BaseException):
        pass

    def kill(name):
        if name == "articles/gone/index.html":
            raise Killed

    with pytest.raises(Killed):
        export_site(tmp_path / "site", told=kill)
    gone.delete()
    export_site(tmp_path / "site")
    assert not (tmp_path / "site/articles/gone").exists()
    assert list(broken_links(files(tmp_path / "site"))) == []


def test_a_folder_with_other_files_is_refused(tmp_path):
    published()
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(ExportError, match="holds files that no export wrote"):
        export_site(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(ExportError, match="can't be used as a folder"):
        export_site(tmp_path / "mine.txt")


def test_a_file_that_somebody_put_into_the_export_stays(tmp_path):
    published()
    export_site(tmp_path / "site")
    (tmp_path / "site/CNAME").write_text("digest.example.org")
    export_site(tmp_path / "site")
    assert (tmp_path / "site/CNAME").read_text() == "digest.example.org"


def test_two_exports_at_once_are_one_too_many(tmp_path):
    published()
    export_site(tmp_path / "site")
    other = sqlite3.connect(tmp_path / "site" / FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(ExportError, match="another export is under way"):
        export_site(tmp_path / "site")
    other.close()


def test_a_damaged_state_is_told(tmp_path):
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(ExportError, match="damaged"):
        export_site(tmp_path)


@pytest.mark.parametrize("address", ["example.org", "ftp://example.org", "https://", "https://example.org/?a=1"])
def test_an_address_that_is_none_is_refused(tmp_path, address):
    with pytest.raises(ExportError, match="is no web address"):
        export_site(tmp_path / "site", site_url=address)


def test_the_command_says_what_it_did(tmp_path):
    published()
    told = StringIO()
    call_command("export_site", str(tmp_path / "site"), stdout=told)
    assert re.fullmatch(r"\d+ files written, 0 unchanged, 0 taken away: .*site\n", told.getvalue())
    with pytest.raises(CommandError, match="is no web address") as refused:
        call_command("export_site", str(tmp_path / "other"), "--site-url", "x")
    assert refused.value.returncode == 1


def test_each_article_more_costs_the_same_few_queries(tmp_path, django_assert_max_num_queries):
    taken = {}
    for count in (1, 20):
        Publication.objects.all().delete()
        several(count)
        with django_assert_max_num_queries(10_000) as queries:
            export_site(tmp_path / f"site-{count}")
        taken[count] = len(queries)
    pages = 3  # of its own: the article, its short form, its day; each takes two queries
    of_lists = 7 * 5 + 2  # six full pages more of all, English and three lists by tag and source; two months more
    documents = 3  # of its own too, of one query each: Markdown, JSON, its picture
    assert taken[20] - taken[1] <= 19 * (pages * 2 + documents) + of_lists * 2
