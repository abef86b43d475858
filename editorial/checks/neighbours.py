"""What a check may know of the other articles of the desk, and when two addresses are the same page. Pure."""

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote

from .house import HouseLists

KEY_LENGTH = 32  # hexadecimal digits: 128 bits, so that no two pages share a key


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another article: its primary key, title and date."""

    key: int
    title: str
    date: datetime.date


@dataclass(frozen=True)
class Neighbours:
    """`links`: the earlier articles that link to a page, oldest first, by `link_key`. `slug`: the article that the
    address of this one belongs to, None where it is free."""

    links: Mapping[str, tuple[Neighbour, ...]] = field(default_factory=dict)
    slug: Neighbour | None = None


def link_key(url: SplitResult, house: HouseLists) -> str:
    """The same for all spellings of one page's address: without scheme, www., port, last slash, fragment and the
    house's tracking parameters, the others in order. "" for a homepage, which says nothing of a story."""
    pairs = sorted(pair for pair in url.query.split("&") if pair and not house.is_tracking(pair.partition("=")[0]))
    path = unquote(url.path).rstrip("/")
    route = url.fragment if url.fragment.startswith(("/", "!/")) else ""  # pages of an application in the browser
    if not (path or pairs or route):
        return ""
    spelled = f"{_host(url)}{path}?{'&'.join(pairs)}#{route}"
    return hashlib.sha256(spelled.encode("utf-8", "surrogatepass")).hexdigest()[:KEY_LENGTH]


def _host(url: SplitResult) -> str:
    try:
        return (url.hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""
