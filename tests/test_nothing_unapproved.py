"""Nothing that nobody approved is anywhere: every public address, with an article in every state that readers must not
see. Two things are asked of each answer: that none of the article's words is in it, and that it is the answer that a
site without the article gives, byte for byte - so no count, order, suggestion or header tells of it either."""

import datetime
from dataclasses import replace
from urllib.parse import unquote

import pytest
from django.utils import timezone

from digest.models import Publication
from editorial.models import Article, Status
from editorial.workflow import Action, correct

from .public_addresses import ADDRESSES, DAY, HIDDEN, ROWS, public_routes
from .texts import act, bring_in, file_text, imported, incoming, published

pytestmark = pytest.mark.django_db
SECRET_BODY = f"""## The {HIDDEN} returns

**TLDR:** The {HIDDEN} nests at the weir.

**Summary:** Two herons saw the {HIDDEN} in April. ![a {HIDDEN}](https://pictures.example.org/{HIDDEN}.png)

**Key takeaways:**
- The {HIDDEN} is clean enough

**Link:** [The survey](https://notes.example.org/2026/herons), [the {HIDDEN}](https://{HIDDEN}.example.org/{HIDDEN})
"""
NOTE = "The count could not be upheld."


def secret(slug=HIDDEN):
    """An article of which readers know nothing, as near as can be to the one that they see: its day, tag and link."""
    return imported(
        slug=slug,
        date=f"{DAY}",
        title=f"The {HIDDEN} returns",
        excerpt=f"A {HIDDEN} at the weir.",
        hashtags=f"#generated #en #birds #{HIDDEN}",
        body=SECRET_BODY,
        more=f'source_pattern: "{HIDDEN} Letter"\nmodel: "{HIDDEN}-9"\n',
    )


def in_state(*actions, **more):
    return lambda by: act(secret(), *actions, by=by, **more)


def embargoed(by):
    article = act(secret(), Action.START_REVIEW, Action.APPROVE, by=by)
    Publication.objects.filter(pk=article.publication_id).update(visible_from=timezone.now() + datetime.timedelta(1))


def embargoed_with_a_former_address(by):
    embargoed(by)
    Publication.objects.get(slug=HIDDEN).aliases.create(slug=f"{HIDDEN}-before")


def corrected_since(by):
    article = seen_article()
    text = replace(
        article.current.text,
        title=f"The {HIDDEN} returns",
        body=SECRET_BODY,
        tags=("birds", HIDDEN),
        slug=HIDDEN,
    )
    correct(article, text, by=by, based_on=article.current, note=f"Names the {HIDDEN}.")
    return article


def corrected_for_later(by, **said):
    """Readers have a text, and another one was approved that they get tomorrow."""
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    article = act(corrected_since(by), Action.APPROVE, by=by, at=tomorrow, **said)
    assert Publication.objects.filter(uid=article.uid).count() == 2, "the text that readers have and the next one"
    return article


def generated_anew(by):
    bring_in(incoming("herons-return.md", slug="herons-return", title=f"The {HIDDEN} returns", body=SECRET_BODY), by=by)


def held_back(by):
    broken = file_text(slug=HIDDEN, body=SECRET_BODY).replace(b'"Herons return"', f"'A {HIDDEN}'s return'".encode())
    bring_in(incoming(f"{HIDDEN}.md", broken), by=by)


def seen_article():
    return Article.objects.select_related("current").get(slug="herons-return")


APPROVED = (Action.START_REVIEW, Action.APPROVE)
STATES = {
    Status.NEW: in_state(),
    Status.IN_REVIEW: in_state(Action.START_REVIEW),
    Status.SENT_BACK: in_state(Action.SEND_BACK),
    Status.REJECTED: in_state(Action.REJECT),
    Status.RETRACTED: in_state(*APPROVED, Action.RETRACT),
    "retracted with a note": in_state(*APPROVED, Action.RETRACT, public_note=NOTE),
    "in review after a retraction": in_state(*APPROVED, Action.RETRACT, Action.START_REVIEW),
    "embargoed": embargoed,
    "embargoed, with a former address": embargoed_with_a_former_address,
    "retracted under embargo": lambda by: (embargoed(by), act(hidden_article(), Action.RETRACT, by=by)),
    "a correction that waits": corrected_since,
    "a correction approved for later": corrected_for_later,
    "a correction approved for later that readers are told of": lambda by: corrected_for_later(by, public_note=HIDDEN),
    "a correction approved for later and taken off again": lambda by: act(
        corrected_for_later(by), Action.UNSCHEDULE, by=by
    ),
    "a newer generated text that waits": generated_anew,
    "a file that waits for a repair": held_back,
}


def hidden_article():
    return Article.objects.get(slug=HIDDEN)


@pytest.fixture
def site(ada):
    """A site with one article that readers see."""
    published(by=ada, date=f"{DAY}", more='source_pattern: "River Notes"\nmodel: "model-x-7"\n')


def answers(client):
    return {address: told(client.get(address)) for address in ADDRESSES}


def told(response):
    """All that an answer tells, in words: status, headers, body."""
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(response.headers.items()))
    return f"{response.status_code}\n{headers}\n\n{response.content.decode('utf-8', 'backslashreplace')}"


def test_every_public_pattern_has_its_row():
    assert sorted(set(public_routes()) ^ set(ROWS)) == []


def test_every_status_of_the_desk_is_walked():
    assert set(Status) - set(STATES) == {Status.APPROVED}  # the one that readers see


@pytest.mark.parametrize("state", STATES, ids=str)
def test_nothing_of_an_article_is_at_any_address(client, ada, site, state):
    before = answers(client)
    STATES[state](ada)
    after = answers(client)
    named = {address for address in ADDRESSES if HIDDEN in unquote(address)}  # who asks for a word may see it again
    own = {address for address in ADDRESSES if address.startswith(f"/articles/{HIDDEN}")}
    noted = {*own, "/corrections/"} if "with a note" in state else set()
    said = own if "retract" in state and "under" not in state else set()
    assert [address for address in after if HIDDEN in after[address].lower() and address not in named | noted] == []
    assert [address for address in after if after[address] != before[address] and address not in noted | said] == []
    for address in noted | said:
        text = after[address].replace(f"The {HIDDEN} returns", "") if noted else after[address]
        assert HIDDEN not in text.lower(), address
        assert "nests at the weir" not in text, address


def test_the_walk_would_see_the_article_where_it_is_public(client, ada, site):
    act(secret(), *APPROVED, by=ada)
    found = [address for address, text in answers(client).items() if HIDDEN in text.lower()]
    silent = {route for route, addresses in ROWS.items() if not set(addresses) & set(found)}
    assert silent == {
        *(
            "search/opensearch.xml",
            "<page:kind>/",
            "<language:language>/<page:kind>/",
            "robots.txt",
            "healthz",
            "readyz",
        ),
        *("corrections/", "archive/", "articles/<name:slug>.png", "sitemap-pages.xml", "preview/<str:token>/"),
    }


def test_a_retracted_articles_note_is_at_its_address_and_nothing_else_of_it(client, ada, site):
    STATES["retracted with a note"](ada)
    response = client.get(f"/articles/{HIDDEN}/")
    assert response.status_code == 410
    assert NOTE in response.content.decode()
    assert "nests" not in response.content.decode()
