"""Pictures of every screen, for docs/screens: a desk with samples is made, served, and photographed in Chromium.

    python -m docs.make_screens [NAME ...] [--to FOLDER] [--width 390] [--scheme dark]

Each screen at three widths, light and dark. It needs the development environment and Chromium; it writes below
docs/screens (or FOLDER) and touches no database but a temporary one. All texts are the samples of `fixtures/`."""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .sample_desk import PASSWORD, Desk, make_desk
from .screen_list import PAGES, Screen, fill, fresh_code

ROOT = Path(__file__).resolve().parents[1]
SCREENS = ROOT / "docs" / "screens"
SIZES = {1920: 1080, 1280: 900, 390: 844}
SCHEMES = ("light", "dark")
TALLEST = 1_300  # of a picture of a phone, which shows the page as one column
COLOURS, AREAS, NEAR, FREQUENT = 32, 12, 36, 1_500
"""Colours of a picture: how many are kept; how many of them as they are, the others further than that from each other;
how many are looked at. More make files large and pages no clearer."""
PORT = 8767
CHROMIUM = "/usr/bin/chromium"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones (default: all of {', '.join(PAGES)})")
    parser.add_argument("--to", type=Path, default=SCREENS, metavar="FOLDER", help="where to (default: docs/screens)")
    parser.add_argument("--width", type=int, choices=SIZES, action="append", help="only this width (may be repeated)")
    parser.add_argument("--scheme", choices=SCHEMES, action="append", help="only this colour scheme")
    asked = parser.parse_args()
    names = asked.names or list(PAGES)
    unknown = sorted(set(names) - set(PAGES))
    if unknown:
        sys.exit(f"There is no screen called {', '.join(unknown)}. There are: {', '.join(PAGES)}.")
    with desk_served() as desk, browser() as chromium:
        for scheme in asked.scheme or SCHEMES:
            for width in asked.width or SIZES:
                photograph(chromium, desk, names, scheme, width, asked.to)


@contextmanager
def desk_served() -> Iterator[Desk]:
    """The sample desk in a temporary database, with a server in front of it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/desk.sqlite3",
            "SECRET_KEY": "only-for-pictures",
            "DEBUG": "on",
            "ENV_FILE": "",
            "SITE_URL": f"http://127.0.0.1:{PORT}",
            "DJANGO_SETTINGS_MODULE": "docs.screen_settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
        import django

        django.setup()
        from django.core.management import call_command

        from editorial.access import second_factor

        call_command("migrate", verbosity=0)
        desk = make_desk()
        second_factor.begin(desk.carl)
        second_factor.switch_on(desk.carl, fresh_code("carl"))
        with serving():
            yield desk


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


def photograph(chromium: Any, desk: Desk, names: Sequence[str], scheme: str, width: int, folder: Path) -> None:
    """All these screens at one width and in one colour scheme, and a word about each that scrolls sideways."""
    view = {"width": width, "height": SIZES[width]}
    for who in sorted({PAGES[name].who for name in names}):
        context = chromium.new_context(viewport=view, color_scheme=scheme, locale="en-GB", timezone_id="UTC")
        page = context.new_page()
        if who:
            sign_in(page, who)
        for name in names:
            if PAGES[name].who == who:
                save(picture(page, desk, PAGES[name], view), folder / f"{name}-{width}-{scheme}.png")
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    print(f"{name} scrolls sideways at {width}", flush=True)
        context.close()


def sign_in(page: Any, who: str) -> None:
    page.goto(f"http://127.0.0.1:{PORT}/admin/login/?next=/admin/")
    fill(username=who, password=PASSWORD)(page)
    if who == "carl":
        page.fill("[name=code]", fresh_code(who))
        page.click("#content [type=submit]")
        page.wait_for_load_state()


def picture(page: Any, desk: Desk, screen: Screen, view: dict[str, int]) -> bytes:
    """What is seen of a page; of a phone, which is scrolled anyway, more than fits on it."""
    width, height = view["width"], view["height"]
    page.set_viewport_size(view)
    page.goto(f"http://127.0.0.1:{PORT}{screen.path if isinstance(screen.path, str) else screen.path(desk)}")
    page.wait_for_timeout(150)
    screen.before(page)
    page.evaluate("document.fonts.ready")
    if screen.only:
        return bytes(page.locator(screen.only).screenshot())
    if width < 500:
        height = max(height, min(page.evaluate("document.documentElement.scrollHeight"), TALLEST))
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(100)
    return bytes(page.screenshot())


def save(taken: bytes, path: Path) -> None:
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in colours_of(image) for part in colour])
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path.name, flush=True)


def colours_of(image: Any) -> list[tuple[int, int, int]]:
    """The colours that keep a picture true: those of its areas as they are, and of the rest those that differ."""
    counted = sorted(image.getcolors(image.width * image.height), reverse=True)[:FREQUENT]
    kept: list[tuple[int, int, int]] = []
    for _, colour in counted:
        near = 2 if len(kept) < AREAS else NEAR
        if all(sum(abs(one - other) for one, other in zip(colour, each, strict=True)) > near for each in kept):
            kept.append(colour)
    return kept[:COLOURS]


if __name__ == "__main__":
    main()
