"""Pictures of every screen, for docs/screens: a desk with samples is made, served, and photographed in Chromium.

    python -m docs.make_screens [NAME ...]

Each screen at three widths, light and dark. It needs the development environment and Chromium; it writes below
docs/screens and touches no database but a temporary one. All texts are the samples of `fixtures/`."""

import argparse
import io
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCREENS = ROOT / "docs" / "screens"
SIZES = ((1920, 1080), (1280, 900), (390, 844))
SCHEMES = ("light", "dark")
TALLEST = 2_400  # of a picture of a phone, which shows the page as one column
COLOURS = 96  # of a picture; more make files large and pages no clearer
PORT = 8767
CHROMIUM = "/usr/bin/chromium"
PASSWORD = "a-password-for-pictures"  # noqa: S105  of a database that lives for a minute


@dataclass(frozen=True)
class Screen:
    """A page: its path, perhaps to be asked of the database, and what is done on it before the picture is taken."""

    path: str | Callable[[], str]
    is_public: bool = False
    before: Callable[[Any], object] = lambda page: None


def article(**facts: Any) -> Any:
    from editorial.models import Article

    found = Article.objects.filter(**facts).order_by("pk").first()
    if found is None:
        raise SystemExit(f"The samples have no article with {facts}.")
    return found


def of_article(name: str, **facts: Any) -> Callable[[], str]:
    from django.urls import reverse

    return lambda: reverse(f"admin:editorial_article_{name}", args=[article(**facts).pk])


def first_of(model: str, name: str = "change") -> Callable[[], str]:
    """The page of the newest row of a model of the desk."""

    def path() -> str:
        from django.apps import apps
        from django.urls import reverse

        row = apps.get_model("editorial", model).objects.order_by("-pk").first()
        return reverse(f"admin:editorial_{model}_{name}", args=[row.pk])

    return path


def draft_page() -> str:
    from django.urls import reverse

    from editorial.models import Draft

    return reverse("admin:editorial_draft", args=[Draft.objects.latest("created_at").pk])


def public_article() -> str:
    from digest.models import Publication

    newest = Publication.objects.visible().first()
    assert newest is not None  # noqa: S101  the samples publish three
    return newest.get_absolute_url()


IN_REVIEW = {"status": "in_review", "waiting": "", "publication": None}
DESK = "/admin/editorial"
PAGES = {
    "desk-front": Screen("/admin/"),
    "desk-queue": Screen(f"{DESK}/article/queue/"),
    "desk-review": Screen(of_article("change", **IN_REVIEW), before=lambda page: page.wait_for_timeout(1_200)),
    "desk-articles": Screen(f"{DESK}/article/"),
    "desk-fixes": Screen(of_article("fixes", **IN_REVIEW)),
    "desk-compare": Screen(of_article("compare", status="in_review", publication__isnull=False)),
    "desk-conflict": Screen(of_article("conflict", waiting="conflict")),
    "desk-batch": Screen(first_of("batch")),
    "desk-batch-undo": Screen(first_of("batch", "undo")),
    "desk-held-queue": Screen(f"{DESK}/heldfile/"),
    "desk-held-file": Screen(first_of("heldfile")),
    "desk-import": Screen(f"{DESK}/article/import/"),
    "desk-import-plan": Screen(draft_page),
    "desk-checks": Screen(f"{DESK}/checksetting/"),
    "desk-house-list": Screen(f"{DESK}/houseentry/"),
    "desk-log": Screen(f"{DESK}/event/"),
    "desk-reasons": Screen(f"{DESK}/reason/"),
    "desk-sources": Screen(f"{DESK}/source/"),
    "site-front": Screen("/", is_public=True),
    "site-article": Screen(public_article, is_public=True),
    "site-tags": Screen("/tags/", is_public=True),
    "site-archive": Screen("/archive/", is_public=True),
    "site-search": Screen("/search/?q=server", is_public=True),
    "site-policy": Screen("/editorial-policy/", is_public=True),
    "site-corrections": Screen("/corrections/", is_public=True),
    "site-missing": Screen("/no-such-page/", is_public=True),
}


# --- the desk that is shown ---------------------------------------------------------------------------------


def make_desk() -> None:
    """Articles in every state, held files, a conflict, an upload that waits, two people at work."""
    from django.conf import settings

    from editorial.checking import check_all, fresh, load_house
    from editorial.importing import find_files, import_files, read_files
    from editorial.models import Article
    from editorial.workflow import Action, perform

    ada, bea = person("ada", "Ada", "Lis", "Publishers"), person("bea", "Bea", "Nowak", "Reviewers")
    for name, origin in (("broken", "a broken run"), ("good", "the morning's run")):
        files = find_files([ROOT / "fixtures" / "articles" / name])
        import_files(read_files(files, max_bytes=settings.UPLOAD_MAX_BYTES), by=ada, origin=origin)
    import_files(with_defects(), by=ada, origin="a run with defects")
    check_all(fresh(), load_house())
    clean = list(Article.objects.filter(block_count=0, warn_count=0).order_by("-date", "pk")[:8])
    for row in clean[:6]:
        perform(row, Action.START_REVIEW, by=bea, revision=row.current)
    for row in clean[:4]:
        row.refresh_from_db()
        perform(row, Action.APPROVE, by=bea, revision=row.current, accept_rest=True)
    correct_body(clean[0], by=ada, note="A clearer opening", old="the", new="each")
    correct_body(clean[4], by=bea, note="Plainer words", old="that", new="which")
    perform(clean[7], Action.REJECT, by=bea, revision=clean[7].current, reason="Promotion of a product, not news.")
    deliver_again(clean[6], by=ada)
    upload(ada)


def with_defects() -> list[Any]:
    """One article for each of some checks, each under a title and a slug of its own."""
    from editorial.importing import IncomingFile

    files = []
    for path in sorted((ROOT / "fixtures" / "articles" / "checks").glob("*.md"))[::3]:
        text = re.sub(
            r"(?m)^slug:.*$", f'slug: "two-harbours-{path.stem}"', path.read_text("utf-8", "replace"), count=1
        )
        text = re.sub(r"(?m)^title:.*$", f'title: "Two small harbours: {path.stem}"', text, count=1)
        files.append(IncomingFile(path.name, text.encode()))
    return files


def person(username: str, first: str, last: str, role: str) -> Any:
    from django.contrib.auth.models import Group, User

    user = User.objects.create_user(
        username, f"{username}@example.org", PASSWORD, first_name=first, last_name=last, is_staff=True
    )
    user.groups.add(Group.objects.get(name=role))
    return user


def correct_body(row: Any, *, by: Any, note: str, old: str, new: str) -> None:
    from dataclasses import replace

    from editorial.workflow import correct

    row.refresh_from_db()
    text = row.current.text
    correct(
        row, replace(text, body=text.body.replace(f" {old} ", f" {new} ", 2)), by=by, based_on=row.current, note=note
    )


def deliver_again(row: Any, *, by: Any) -> None:
    """The desk corrects what the generator changes too: a conflict."""
    from editorial.importing import IncomingFile, import_files

    generation = row.generation
    delivered = bytes(generation.content).replace(b" the ", b" that very ", 3)
    correct_body(row, by=by, note="One word less", old="the", new="this")
    import_files([IncomingFile(generation.path, delivered)], by=by, origin="the same run, once more")


def upload(by: Any) -> None:
    """Some files that wait for a yes."""
    from editorial import drafts
    from editorial.importing import IncomingFile

    folders = [ROOT / "fixtures" / "articles" / name for name in ("good", "broken")]
    paths = [path for folder in folders for path in sorted(folder.glob("*.md"))[:6]]
    files = [IncomingFile(path.name, path.read_bytes()) for path in paths]
    draft = drafts.keep(files, by=by, origin="12 files")
    while draft.stage in ("receiving", "planning"):
        draft = drafts.advance(draft, by=by)


# --- the camera ---------------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones (default: all of {', '.join(PAGES)})")
    names = parser.parse_args().names or list(PAGES)
    unknown = sorted(set(names) - set(PAGES))
    if unknown:
        sys.exit(f"There is no screen called {', '.join(unknown)}. There are: {', '.join(PAGES)}.")
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/desk.sqlite3",
            "SECRET_KEY": "only-for-pictures",
            "DEBUG": "on",
            "ENV_FILE": "",
            "SITE_URL": f"http://127.0.0.1:{PORT}",
            "DJANGO_SETTINGS_MODULE": "digest.settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        make_desk()
        with serving(), browser() as chromium:
            for scheme in SCHEMES:
                for width, height in SIZES:
                    photograph(chromium, names, scheme, width, height)


@contextmanager
def serving() -> Iterator[None]:
    command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{PORT}"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=2).close()  # noqa: S310
                break
            except OSError:
                time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


def photograph(chromium: Any, names: list[str], scheme: str, width: int, height: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    address = f"http://127.0.0.1:{PORT}"
    if any(not PAGES[name].is_public for name in names):
        page.goto(f"{address}/admin/login/?next=/admin/")
        page.fill("[name=username]", "bea" if "desk-review" in names and len(names) == 1 else "ada")
        page.fill("[name=password]", PASSWORD)
        page.click("[type=submit]")
    for name in names:
        screen = PAGES[name]
        page.goto(f"{address}{screen.path if isinstance(screen.path, str) else screen.path()}")
        page.wait_for_load_state("networkidle")
        screen.before(page)
        tall = page.evaluate("document.documentElement.scrollHeight") if width < 500 else height
        clip = {"x": 0, "y": 0, "width": width, "height": max(height, min(tall, TALLEST))}
        save(page.screenshot(clip=clip, full_page=width < 500), SCREENS / f"{name}-{width}-{scheme}.png")
    context.close()


def save(picture: bytes, path: Path) -> None:
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(path.relative_to(ROOT), flush=True)


if __name__ == "__main__":
    main()
