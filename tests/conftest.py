"""The cast, a browser, and a database whose append-only tables a test may empty behind itself."""

import datetime
import gc
import os
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from editorial.models.append_only import unguard
from editorial.roles import PUBLISHERS, REVIEWERS, WRITERS, create_roles

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), "")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# No verdict depends on how busy the machine is: examples have no deadline, and slow drawing of them is no failure.
hypothesis_settings.register_profile("digest", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("digest")


def pytest_collection_modifyitems(config, items):
    """TEST_ONLY=database leaves out what asks none: the gate runs that with SQLite, and it is the same."""
    if os.environ.get("TEST_ONLY") == "database":
        ask = {"db", "transactional_db", "live_server"}
        kept = [
            item
            for item in items
            if item.get_closest_marker("django_db")
            or item.get_closest_marker("own_database")
            or ask & set(item.fixturenames)
        ]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def pytest_collection_finish(session):
    """What was loaded until here stays until the end: the garbage collector need not walk through it again and again,
    which took up to a tenth of the CPU time."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter):
    """Say in the last lines what this run left out; the Makefile hands the reasons in."""
    for reason in filter(None, os.environ.get("TESTS_NOT_RUN", "").split("|")):
        terminalreporter.write_line(f"not run: {reason}", yellow=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """A test with real transactions empties all tables; the append-only ones refuse that until unguarded."""
    marker = item.get_closest_marker("django_db")
    names = set(getattr(item, "fixturenames", ()))
    if not ({"transactional_db", "live_server"} & names or (marker and marker.kwargs.get("transaction"))):
        return (yield)
    unguard(connection)  # emptying the tables ends like a migration, which puts the triggers on again
    return (yield)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, tmp_path_factory):
    """The suite begins without the shipped house list, as it is after any test with real transactions."""
    from editorial.models import HouseEntry

    with django_db_blocker.unblock(), migrated_copy(tmp_path_factory):
        HouseEntry.objects.all().delete()
        with django_db_blocker.block():
            yield


@contextmanager
def migrated_copy(tmp_path_factory):
    """Keep what `migrate` makes of an empty database, to be copied: migrating takes seconds."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(tmp_path_factory.getbasetemp() / "migrated.sqlite3")])
        yield
        return
    name = connection.settings_dict["NAME"]
    connection.close()  # nobody may use what is copied
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}_migrated TEMPLATE {name}")
    yield
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}_migrated")


@pytest.fixture(scope="session")
def migrated(django_db_setup, tmp_path_factory):
    """What tests with a database of their own copy: a SQLite file, or the name of a PostgreSQL database."""
    if connection.vendor == "sqlite":
        return str(tmp_path_factory.getbasetemp() / "migrated.sqlite3")
    return f"{connection.settings_dict['NAME']}_migrated"


@pytest.fixture(autouse=True)
def files_come_on_one_day(monkeypatch):
    """What tests import comes on this day, so that their dates are a year off it on no day that they run."""
    monkeypatch.setattr("editorial.checking.deliveries._day_of", lambda at: datetime.date(2026, 11, 20))


def _person(username, first_name, last_name, role):
    if not Group.objects.filter(name=role).exists():  # a test with real transactions has emptied the tables
        create_roles(Group, Permission)
    user = get_user_model().objects.create_user(
        username=username,
        first_name=first_name,
        last_name=last_name,
        email=f"{username}@example.org",
        password=f"{username}-password",
        is_staff=True,
    )
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def ada(db):
    """Ada publishes: she may do everything on the desk."""
    return _person("ada", "Ada", "Lis", PUBLISHERS)


@pytest.fixture
def bea(db):
    """Bea reviews: she corrects and decides, but neither retracts nor imports."""
    return _person("bea", "Bea", "Nowak", REVIEWERS)


@pytest.fixture
def carl(db):
    """Carl only writes: he corrects and decides nothing."""
    return _person("carl", "Carl", "Weber", WRITERS)


@pytest.fixture
def dan(client):
    """Dan has no account: a browser that nobody has logged in with."""
    return client


@pytest.fixture(scope="session")
def chromium():
    """One Chromium for the whole run."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's sync API runs a loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


def assert_accessible(page):
    """No violation of WCAG or of good practice, by axe; what axe itself does to the page is not held against it."""
    from axe_playwright_python.sync_playwright import Axe

    errors = list(page.console_errors)
    report = Axe().run(page)
    page.console_errors[:] = errors
    assert report.violations_count == 0, report.generate_report()


@pytest.fixture
def browser_page(chromium):
    """A page in a fresh browser context; the test fails if the console shows an error (a CSP refusal is one)."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.console_errors = errors
    sent = set()
    context.on("request", lambda request: sent.add(request))
    for ended in ("requestfinished", "requestfailed"):
        context.on(ended, lambda request: sent.discard(request))
    yield page
    leave(context, sent)
    context.close()
    assert errors == []


def leave(context, sent):
    """Let what the pages have sent arrive, and let them send no more (a draft, the time they were read): the database
    is emptied next."""
    context.set_offline(False)
    for page in context.pages:
        page.evaluate("() => { navigator.sendBeacon = () => true; window.fetch = () => new Promise(() => {}); }")
    for _ in range(50 if context.pages else 0):
        if not sent:
            break
        context.pages[0].wait_for_timeout(100)
