"""Two processes serve one database: what is taken back in one of them is gone at the next request in the other."""

from urllib.parse import urlencode

import pytest

from .public_addresses import ADDRESSES, DAY, HIDDEN, SEEN
from .servers import database_url, serving
from .texts import BODY, published

TOKEN = "t" * 32
WORDS = ("Herons return", SEEN, "Two nests at the weir", "The first herons left")
PATHS = [path for path in ADDRESSES if HIDDEN not in path and not path.startswith(("/healthz", "/readyz", "/preview/"))]


def decide(server, action, article, *, session, **fields):
    """What the desk of this process answers to a decision."""
    data = {"item": f"{article.pk}:{article.current_id}", "csrfmiddlewaretoken": TOKEN, **fields}
    cookies = f"sessionid={session}; csrftoken={TOKEN}"
    return server.post(f"/admin/editorial/article/decide/{action}/", urlencode(data).encode(), Cookie=cookies)


def words_in(answer):
    return [word for word in WORDS if word.encode() in answer.body]


@pytest.mark.django_db(transaction=True)
def test_a_retraction_in_one_process_is_gone_at_the_next_request_in_the_other(client, ada, tmp_path):
    storks = BODY.replace("erons", "torks").replace("counted two nests", "counted three nests")
    published(slug="storks", title="Storks", excerpt="Three nests.", body=storks, date=str(DAY), by=ada)
    article = published(date=str(DAY), by=ada)
    client.force_login(ada)
    session = client.cookies["sessionid"].value
    url = database_url(tmp_path)
    with serving("granian", url=url) as one, serving("granian", url=url) as other:
        before = {path: other.get(path) for path in PATHS for _ in range(2)}  # asked twice: whatever it keeps, it has
        shown = {path for path, answer in before.items() if words_in(answer)}
        assert {"/", "/en/", "/tags/birds/", "/feed.atom", "/search/?q=herons", "/search/suggest.json?q=her"} <= shown
        assert {f"/articles/{SEEN}/", f"/articles/{SEEN}.json", f"/articles/{SEEN}.md", "/sitemap-0.xml"} <= shown

        assert decide(one, "retract", article, session=session, reason="The survey was withdrawn.").status == 302

        for path, answer in before.items():
            after = other.get(path, If_None_Match=answer.headers.get("etag", "none"))
            if path.startswith(f"/articles/{SEEN}"):
                assert after.status == (404 if path.endswith(".png") else 410), path
            elif words_in(answer):
                assert after.status == 200, path
            assert words_in(after) == [], path
        assert b"Storks" in other.get("/").body


@pytest.mark.django_db(transaction=True)
def test_an_approval_in_one_process_is_there_at_the_next_request_in_the_other(client, ada, tmp_path):
    published(slug="storks", title="Storks", by=ada)
    article = published(by=ada)
    client.force_login(ada)
    session = client.cookies["sessionid"].value
    url = database_url(tmp_path)
    with serving("granian", url=url) as one, serving("granian", url=url) as other:
        decide(one, "retract", article, session=session, reason="A mistake.")
        assert other.get(f"/articles/{SEEN}/").status == 410
        stated = {"facts_checked": "yes", "sources_opened": "yes", "accept_rest": "on"}
        decide(one, "start_review", article, session=session)
        decide(one, "approve", article, session=session, **stated)
        assert other.get(f"/articles/{SEEN}/").status == 200
        assert b"Herons return" in other.get("/").body
