"""The picture that stands for an article where its address is shared: title, source, day, and who checked it.

Drawn when it is asked for, kept in the cache, named by what is drawn; the article's visibility is asked each time."""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from PIL import Image, ImageDraw, ImageFont
from redis import RedisError

from .disclosure import is_labelled
from .fragments import chrome_language
from .models import Publication
from .places import article_place
from .public_pages import public_page, shown_at

SIZE = (1200, 630)
"""Pixels; the 1.91:1 that Open Graph and Twitter cards show uncropped."""
TITLE_SIZES = (80, 72, 64, 56, 50, 44)
"""Pixels; the largest in which the title fits its lines."""
TITLE_BOX = (820, 400)
KEPT = 60 * 60 * 24 * 7
"""Seconds that a drawn picture is kept."""
FONTS = Path(__file__).parent / "fonts"
PAPER, INK, SOFT, RULE, PENCIL = (251, 252, 253), (22, 25, 31), (84, 91, 104), (213, 218, 226), (28, 79, 160)
_MARGIN, _LEFT = 72, 308
_VERSION = "1"
"""To be raised when the same words are drawn otherwise."""


class Words(NamedTuple):
    """What is drawn: all of it text, in the language of the article."""

    title: str
    day: str
    month: str
    source: str
    made: str
    site: str


@public_page
def card_image(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture of an article that readers may see."""
    publication = pictured(slug)
    if publication is None:
        raise Http404
    words = words_of(publication)
    key = f"card:{_VERSION}:{hashlib.sha256(repr(words).encode()).hexdigest()}"
    response = HttpResponse(_kept(key, words), content_type="image/png")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # it is made to be shown elsewhere
    return shown_at(response, article_place(publication.pk))


def _kept(key: str, words: Words) -> bytes:
    """The picture from the cache, drawn where it is not there; without a cache that answers, drawn each time."""
    try:
        picture = cache.get(key)
        if picture is None:
            picture = draw(words)
            cache.set(key, picture, KEPT)
    except RedisError:
        return draw(words)
    return bytes(picture)


def pictured(slug: str) -> Publication | None:
    """The visible article of this slug, with what its picture tells."""
    rows: QuerySet[Publication, Any] = Publication.objects.visible(timezone.now()).order_by().filter(slug=slug)
    return rows.only(
        *("title", "date", "language", "source_name", "reviewed_by", "corrected"),
        *("word_count", "review_seconds", "changed_percent"),
    ).first()


def words_of(publication: Publication) -> Words:
    """What the picture of an article says."""
    with translation.override(chrome_language(publication.language)):
        day = publication.date
        checked = gettext("Checked and corrected by") if publication.corrected else gettext("Checked by")
        by = f"{checked} {publication.reviewed_by}"
        return Words(
            title=" ".join(publication.title.split()),
            day=str(day.day),
            month=date_format(day, "E Y"),
            source=publication.source_name,
            made=f"{gettext('Written by a machine')}. {by}" if is_labelled(publication) else by,
            site=settings.SITE_NAME,
        )


def draw(words: Words) -> bytes:
    """The picture as PNG."""
    image = Image.new("RGB", SIZE, PAPER)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((_MARGIN, 64, SIZE[0] - _MARGIN, 69), fill=INK)
    _text(canvas, (_MARGIN, 84), words.day, "bold", 120, INK)
    _text(canvas, (_MARGIN + 3, 226), words.month, "regular", 29, SOFT, width=_LEFT - _MARGIN - 24)
    lines, size = _fitted(_drawable(words.title) or words.site)
    for number, line in enumerate(lines):
        _text(canvas, (_LEFT, 92 + number * size * 1.16), line, "bold", size, INK)
    bottom = SIZE[1] - 118
    canvas.rectangle((_MARGIN, bottom - 12, SIZE[0] - _MARGIN, bottom - 11), fill=RULE)
    _pencil(canvas, _MARGIN + 4, bottom + 20)
    _text(canvas, (_MARGIN + 42, bottom + 9), words.site, "bold", 34, INK, width=_LEFT - _MARGIN - 60)
    told = [_drawable(each) for each in (words.source, words.made)]
    for number, line in enumerate(filter(None, told)):
        _text(canvas, (_LEFT, bottom + 4 + number * 36), line, "regular", 26, SOFT, width=TITLE_BOX[0])
    written = io.BytesIO()
    image.quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(written, "PNG")
    return written.getvalue()


def _pencil(canvas: ImageDraw.ImageDraw, x: int, y: int) -> None:
    """The editor's tick that stands before the site's name."""
    canvas.line([(x, y + 8), (x + 10, y + 19), (x + 26, y - 7)], fill=PENCIL, width=7, joint="curve")


def _text(
    canvas: ImageDraw.ImageDraw,
    place: tuple[float, float],
    text: str,
    face: str,
    size: int,
    fill: tuple[int, int, int],
    *,
    width: int = 0,
) -> None:
    """One line of text; cut with an ellipsis where it is wider than `width` pixels."""
    font = _font(face, size)
    text = _drawable(text)
    canvas.text(place, _cut(text, font, width) if width else text, font=font, fill=fill)


def _cut(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """The text, with an ellipsis for what goes beyond `width` pixels."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1].rstrip(" …")
    return f"{text}…"


def _fitted(title: str) -> tuple[list[str], int]:
    """The lines of a title in the largest size that fits; in the smallest one the end is cut."""
    title = title[:400]
    for size in TITLE_SIZES:
        lines = list(_lines(title, _font("bold", size)))
        most = int(TITLE_BOX[1] // (size * 1.16))
        if len(lines) <= most:
            return lines, size
    return [*lines[: most - 1], _cut(lines[most - 1] + " …", _font("bold", size), TITLE_BOX[0])], size


def _lines(title: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    """The title in lines no wider than its box; a word that is wider is broken."""
    line = ""
    for word in title.split():
        joined = f"{line} {word}".strip()
        if font.getlength(joined) <= TITLE_BOX[0]:
            line = joined
            continue
        if line:
            yield line
        while font.getlength(word) > TITLE_BOX[0]:
            fits = next(count for count in range(len(word), 0, -1) if font.getlength(word[:count]) <= TITLE_BOX[0])
            yield word[:fits]
            word = word[fits:]
        line = word
    if line:
        yield line


@lru_cache(maxsize=32)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"literata-{face}.ttf"), size, layout_engine=ImageFont.Layout.BASIC)


def _drawable(text: str) -> str:
    """The text without what the fonts have no letters for (they hold Latin, Greek and Cyrillic), so that no boxes
    stand in the picture."""
    whole = unicodedata.normalize("NFC", text)
    return " ".join("".join(each if _has_letter(each) else " " for each in whole).split())


@lru_cache(maxsize=4096)
def _has_letter(character: str) -> bool:
    if character == " ":
        return True
    font = _font("bold", 44)
    shape = font.getmask(character)
    return bool(character.isprintable() and shape.size != (0, 0)) and bytes(shape) != _missing()


@lru_cache(maxsize=1)
def _missing() -> bytes:
    """The shape of what stands for a missing letter."""
    return bytes(_font("bold", 44).getmask("\U0010fffd"))
