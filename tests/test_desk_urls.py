"""Every address of the desk, asked for and posted to by each of the cast, by an account without a role, by nobody."""

from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse

from editorial.models import Article, Event

from .desk_urls import NOBODY, OPEN, PUBLISHER, REVIEWER, ROWS, STAFF, SUPERUSER, WRITER, World

pytestmark = pytest.mark.django_db
ROLES = {OPEN: "nobody", STAFF: "no role", WRITER: "Carl", REVIEWER: "Bea", PUBLISHER: "Ada", SUPERUSER: "superuser"}
AWAY = ("/admin/login/", "/admin/?")


def desk_patterns(resolver=None, prefix="") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern under /admin/, with its path."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            if path.startswith("admin/"):
                yield path, pattern
        else:
            yield from desk_patterns(pattern, path)


def test_every_address_of_the_desk_has_a_row_in_the_table():
    names = {pattern.name: path for path, pattern in desk_patterns() if pattern.name}
    missing = {name: path for name, path in names.items() if name not in ROWS}
    assert not missing, (
        f"These addresses have no row in tests/desk_urls.py: {missing}. Add one to ROWS that says which role gets an "
        "answer to GET and to POST (see the top of that file), or to MODELS for a model with all its pages."
    )
    gone = ROWS.keys() - names.keys()
    assert not gone, f"These rows of tests/desk_urls.py name no address any more: {sorted(gone)}. Delete them."


def test_an_address_without_a_name_leads_only_to_one_with_a_name(client, ada):
    """Django has such ones: the old addresses of change pages, and all that is not found."""
    unnamed = [path for path, pattern in desk_patterns() if not pattern.name]
    assert all(path.endswith(("<path:object_id>/", "(?P<url>.*)$")) for path in unnamed), unnamed
    client.force_login(ada)
    assert client.get("/admin/editorial/event/1/").status_code == 302
    assert client.get("/admin/no/such/page/").status_code == 404


@pytest.fixture
def cast(ada, bea, carl):
    users = get_user_model().objects
    nobody_yet = users.create_user("eve", password="eve-password", is_staff=True)
    root = users.create_superuser("root", password="root-password")
    return {OPEN: None, STAFF: nobody_yet, WRITER: carl, REVIEWER: bea, PUBLISHER: ada, SUPERUSER: root}


@pytest.mark.parametrize("role", ROLES, ids=ROLES.get)
def test_the_desk_answers_whom_it_should_and_nobody_else(role, cast, client):
    world = World(cast[PUBLISHER])
    if cast[role]:
        client.force_login(cast[role])
    wrong = []
    for name, row in ROWS.items():
        address = reverse(f"admin:{name}", args=row.args(world))
        for method, least, data in (("GET", row.get, {}), ("POST", row.post, row.data(world))):
            least = NOBODY if row.is_adas and role != PUBLISHER else least
            cookies = client.cookies.copy()  # logging out must not last
            with transaction.atomic():
                before = desk_state()
                response = getattr(client, method.lower())(address, data)
                found = verdict(response, role, least, changed=desk_state() != before)
                transaction.set_rollback(True)
            client.cookies = cookies
            if found:
                wrong.append(f"{method} {address} ({name}) by {ROLES[role]}: {found}")
    assert not wrong, "\n".join([*wrong, "Mend the view, or its row in tests/desk_urls.py if that is what was meant."])


def desk_state():
    return Event.objects.count(), list(Article.objects.order_by("pk").values_list("status", "current"))


def verdict(response, role, least, *, changed):
    """What is wrong with an answer, "" if nothing is."""
    status = response.status_code
    to_login = status == 302 and role == OPEN and f"{response.headers['Location']}?".startswith(AWAY)
    refused = to_login or status in (403, 404, 405)
    if status >= 500:
        return f"answered {status}"
    if role >= least and least != NOBODY:
        return f"was refused ({status})" if refused else ""
    if not refused:
        return f"was answered with {status}, which takes {ROLES.get(least, 'nobody')}"
    if changed:
        return "was refused, and yet something changed"
    return "must be sent to the login" if role == OPEN and not to_login and least != NOBODY else ""
