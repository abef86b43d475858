"""The texts that an article was made from, as `<name>.sources.json` beside `<name>.md` gives them: a list of objects
with url, title, text and retrieved_at. Pure."""

import json
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from ..text import storable

SUFFIX = ".sources.json"
SOURCES_MAX = 100  # of one article
ADDRESS_MAX, TITLE_MAX = 2_000, 500  # characters
_WANTED = "Write a list of objects with url, title, text and retrieved_at."
YEARS = range(1970, 2100)


class SourcesError(ValueError):
    """A sidecar that is of no use; the message is a sentence that says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class GivenSource:
    """One source: its address on the web, its title, its whole text, and when it was fetched (with a time zone)."""

    address: str
    title: str
    text: str
    retrieved_at: datetime | None = None


def read_sources(data: bytes) -> tuple[GivenSource, ...]:
    """The sources that a sidecar names. Raises SourcesError."""
    try:
        given = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SourcesError("It is not in UTF-8. Write it in UTF-8.") from None
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise SourcesError(f"It is no JSON{where}. {_WANTED}") from None
    if not isinstance(given, list):
        raise SourcesError(f"It holds no list. {_WANTED}")
    if len(given) > SOURCES_MAX:
        raise SourcesError(f"It names {len(given)} sources; {SOURCES_MAX} is the limit. Name those that the text uses.")
    return tuple(_source(each, number) for number, each in enumerate(given, 1))


def _source(given: Any, number: int) -> GivenSource:
    if not isinstance(given, dict):
        raise SourcesError(f"Source {number} is no object. Write url, title, text and retrieved_at.")
    for key in ("url", "text"):
        if not isinstance(given.get(key), str) or not given[key].strip():
            raise SourcesError(f"Source {number} has no {key}. Add it.")
    title = given.get("title") or ""
    if not isinstance(title, str):
        raise SourcesError(f"The title of source {number} is no text. Write it between quotation marks.")
    address = str(storable(given["url"].strip()))
    if len(address) > ADDRESS_MAX or not _is_of_the_web(address):
        raise SourcesError(f"The url of source {number} is no web address. Write it from https:// on.")
    text, title = storable(given["text"]), " ".join(storable(title).split())[:TITLE_MAX]
    return GivenSource(address, title, text, _moment(given.get("retrieved_at"), number))


def _is_of_the_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _moment(given: Any, number: int) -> datetime | None:
    """A moment as ISO 8601 writes it; without a zone it is taken for UTC."""
    if given in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(given)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if moment.year in YEARS:
            return moment
    except (TypeError, ValueError, OverflowError):
        pass
    raise SourcesError(f"retrieved_at of source {number} is no date. Write it like 2026-05-01T08:00:00Z.")


def written_sources(sources: Iterable[GivenSource]) -> bytes:
    """A sidecar that reads as these sources."""
    rows = [
        {
            "url": each.address,
            "title": each.title,
            "text": each.text,
            "retrieved_at": each.retrieved_at and each.retrieved_at.isoformat(),
        }
        for each in sources
    ]
    return json.dumps(rows, ensure_ascii=False).encode("utf-8", "replace")


def is_sources(path: str) -> bool:
    return path.lower().endswith(SUFFIX)


def article_of(path: str) -> str:
    """What a sidecar and its article have in common: the path without what it ends with, in small letters there."""
    stem = path[: -len(SUFFIX)] if is_sources(path) else posixpath.splitext(path)[0]
    return stem.lower()
