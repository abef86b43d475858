"""Checks of what somebody found who followed the links. Without a look there is no finding; none of them asks a server.

For precision they take a server's own word and nothing less: robots get 403, 429 and 5xx where readers get pages, and
a name may be unknown for an afternoon. See `Look.is_dead`.
"""

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, quote, unquote, urlunsplit

from ..document import PartKind
from .links import PERSONAL_PARAMETERS, TOKEN, put_in, target_span, without
from .looks import Look, Result
from .piece import Address, Piece, hostname, shortened, split
from .registry import Context, Finding, Fix, Severity, register

WORDS = 3  # of weight that a title must have to be compared at all
_WORD = re.compile(r"[^\W_]{4,}|[^\W_]*\d[^\W_]*")
_LIGHT_WORDS = """
    about after also been from have here into more most over than that their them then they this what when where which
    will with your dlaczego jest jako oraz przez
"""
_LIGHT = frozenset(_LIGHT_WORDS.split())
# Where redirects end that say nothing of the page: doors, and pages about cookies or robots.
_DOOR = re.compile(
    r"log-?in|sign-?(?:in|up)|auth|consent|captcha|challenge|cookie|subscribe|register|error|404|sorry", re.I
)
# Titles of pages that stand in the way of the page.
_IN_THE_WAY = re.compile(
    r"just a moment|attention required|access denied|forbidden|robot|captcha|verif|security check|sign in|log ?in|"
    r"cookie|javascript|not found|\b404\b|\berror\b|unavailable|too many requests|unusual traffic|subscri|maintenance|"
    r"redirect|are you human|browser",
    re.IGNORECASE,
)


def _looked_at(piece: Piece, context: Context) -> Iterator[tuple[Address, Look]]:
    for address in piece.addresses if context.looks else ():
        if look := context.looks.get(address.link.target):
            yield address, look


@register(code="link-dead", severity=Severity.WARN, fix=Fix.SUGGESTION)
def link_dead(piece: Piece, context: Context) -> Iterator[Finding]:
    """A link whose page is no more, by the word of its server or because there is no such host."""
    for address, look in _looked_at(piece, context):
        if look.is_dead:
            why = f"its server answers {look.code}" if look.code else f"there is no host named {address.host}"
            advice = "Link the archived copy." if look.archived else "Link another source or take the link out."
            message = f"The page is gone: {why} ({look.day}). {advice}"
            yield _in_place(piece, address, message, _written(look.archived))


@register(code="link-moved", severity=Severity.INFO, fix=Fix.SUGGESTION)
def link_moved(piece: Piece, context: Context) -> Iterator[Finding]:
    """A link whose page has another address now, for good, or is behind a redirector."""
    for address, look in _looked_at(piece, context):
        is_redirector = context.house.is_redirector(address.url)
        if look.result is Result.FINE and look.final and (look.permanent or is_redirector):
            final = _new_address(address.url, look.final, context)
            if final:
                message = f"The page is at {shortened(final)} now ({look.day}). Link that address."
                yield _in_place(piece, address, message, _written(final))


def _new_address(old: SplitResult, final: str, context: Context) -> str:
    """The address to write in place of the old one; "" where it is the same page in all but spelling, and where the
    redirect leads to something else: a homepage, a door, an address that names one reader."""
    new = split(without(split(final), context.house.is_tracking))
    is_home = new.path in ("", "/") and not new.query
    names = {pair.partition("=")[0].lower() for pair in new.query.split("&")}
    if (
        new.scheme not in ("http", "https")
        or _page(new) == _page(old)
        or (is_home and _page(old)[1:] != ("", ""))
        or _DOOR.search(f"{new.hostname or ''}{new.path}")
        and not _DOOR.search(f"{old.hostname or ''}{old.path}")
        or TOKEN.search(final)
        or names & PERSONAL_PARAMETERS
    ):
        return ""
    return urlunsplit(new if new.fragment else new._replace(fragment=old.fragment))


def _page(url: SplitResult) -> tuple[str, str, str]:
    """An address without what seldom makes another page: scheme, www, the last slash, percents."""
    return hostname(url), unquote(url.path).rstrip("/"), url.query


@register(code="link-title-differs", severity=Severity.INFO)
def link_title_differs(piece: Piece, context: Context) -> Iterator[Finding]:
    """A source whose page has another title than the link says, with no word in common."""
    spans = [(part.start, part.end) for story in piece.stories for part in story.parts if part.kind is PartKind.LINK]
    for address, look in _looked_at(piece, context):
        is_source = any(start <= address.link.start < end for start, end in spans)
        if is_source and not address.is_homepage and look.result is Result.FINE and _differs(address, look):
            message = (
                f"The page's own title is “{shortened(look.title)}” ({look.day}). See whether it is the right page, or "
                "write its title."
            )
            yield Finding(message, address.link.place, address.link.target)


def _differs(address: Address, look: Look) -> bool:
    """Whether link text and title share no word, nor does the address that the page is at name one."""
    said, found = _words(address.link.text), _words(look.title)
    if len(said) < WORDS or len(found) < WORDS or _IN_THE_WAY.search(look.title):
        return False
    if address.link.text.isascii() != look.title.isascii():
        return False  # most likely the same title in two languages
    place = _words(unquote(split(look.final or look.address).path).replace("_", "-"))
    return said.isdisjoint(found) and said.isdisjoint(place)


def _words(text: str) -> set[str]:
    """The words of weight, each by its beginning, so that “testing” and “tests” are one."""
    return {word[:5] for word in _WORD.findall(text.casefold()) if word not in _LIGHT}


def _in_place(piece: Piece, address: Address, message: str, fix: str) -> Finding:
    span = target_span(piece, address.link)
    return put_in(piece, span, message, fix) if span else Finding(message, address.link.place, address.link.target)


def _written(address: str) -> str:
    """An address so that Markdown takes it for one wherever it stands; "" for one that is none."""
    url = split(address)
    is_web = url.scheme in ("http", "https") and hostname(url)
    return quote(address, safe="/%?:@!$&'*+,;=~-._#") if is_web else ""
