"""Checks of links: do they lead to the source itself, for everybody, and without telling who clicked."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import SplitResult, parse_qsl, unquote, urlunsplit

from ..document import BlockKind, Link, LinkKind, PartKind
from .house import HouseLists
from .piece import CODE, Address, Piece, hostname, shortened, split
from .registry import Context, Finding, Fix, Severity, register

# What names one reader: parameters of newsletter tools, signatures, and JSON Web Tokens (they begin with eyJ).
_PERSONAL_NAMES = """
    ck_subscriber_id mc_eid mkt_tok vero_id _hsenc token access_token auth_token jwt signature upn email
    x-amz-signature x-amz-security-token x-goog-signature subscriber_id unsubscribe_token
"""
PERSONAL_PARAMETERS = frozenset(_PERSONAL_NAMES.split())
TOKEN = re.compile(
    r"\beyJ[A-Za-z0-9_-]{12,}"
    r"|//[^/\s]*\.ct\.sendgrid\.net/|//click\.convertkit-mail\d*\.com/[A-Za-z0-9]{8,}"
    r"|//(?:open\.)?substack\.com/redirect/2/\S{20,}|/e3t/ctc/\S{20,}",
    re.IGNORECASE,
)
_SUBSTACK_READER = re.compile(r"[a-z0-9]{4,8}")
_HOST = re.compile(
    r"[\w-]+(?:\.[\w-]+)*\.[^\W\d_][\w-]+|\d{1,3}(?:\.\d{1,3}){3}|localhost|\[[0-9a-f:]+\]", re.IGNORECASE
)
_SCHEMELESS = re.compile(
    r"(?:https?[./:;]|www\.|(?:[a-z0-9-]+\.)+(?:com|org|net|dev|io|ai|co|pl|blog|app)(?:/|$))", re.IGNORECASE
)
_UNCLOSED = re.compile(r"\[[^\[\]\n]{1,300}\]\s?\((?:<?https?:|https?\b|www\.)[^\n]{0,300}", re.IGNORECASE)
_NUMBERED = re.compile(r"(.*?)(\d{3,9})(/?)\Z")
_TARGET_KEYS = ("url", "u", "target", "redirect", "redirect_url", "dest", "destination", "to", "q", "link")
SEQUENCE = 4  # links in a row whose numbers count up by one


def _finding(link: Link, message: str, fix: str | None = None) -> Finding:
    return Finding(message, link.place, link.target, fix=fix)


@register(code="link-none", severity=Severity.BLOCK)
def link_none(piece: Piece, context: Context) -> Iterator[Finding]:
    """No link at all."""
    if not any(not piece.in_disclaimer(address.link.start) for address in piece.addresses):
        message = "The text has no link to any source. Generate it again or add the source."
        yield Finding(message, piece.place(piece.start, piece.start))


@register(code="link-redirector", severity=Severity.BLOCK, fix=Fix.SUGGESTION)
def link_redirector(piece: Piece, context: Context) -> Iterator[Finding]:
    """A link through a redirector."""
    for address in piece.addresses:
        if context.house.is_redirector(address.url):
            target = resolved(address.url)
            advice = f"Write {shortened(target)}." if target else "Open it and write the address it leads to."
            span = target_span(piece, address.link)
            message = f"The link goes through the redirector {address.host}. {advice}"
            yield put_in(piece, span, message, target) if span else _finding(address.link, message)


def resolved(url: SplitResult) -> str:
    """The address that a redirector's link itself names, in its query or as base64 of JSON; "" if none can be read."""
    for key, value in parse_qsl(url.query):
        if key.lower() in _TARGET_KEYS and hostname(split(value)) and value.startswith(("http://", "https://")):
            return value
    for piece in (*url.path.split("/"), *(value for _, value in parse_qsl(url.query))):
        for token in piece.split("."):
            if target := _in_base64(token):
                return target
    at = max(url.path.lower().rfind("/http:/"), url.path.lower().rfind("/https:/"))
    nested = unquote(url.path[at + 1 :]) if at >= 0 else unquote(url.path[1:])
    return nested if nested.startswith(("http://", "https://")) and hostname(split(nested)) else ""


def _in_base64(token: str) -> str:
    if not 16 <= len(token) <= 4000:
        return ""
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    if text.startswith(("http://", "https://")):
        return text
    try:
        values = json.loads(text).values() if text.startswith("{") else ()
    except (ValueError, AttributeError, RecursionError):
        return ""
    return next((each for each in values if isinstance(each, str) and each.startswith(("http://", "https://"))), "")


@register(code="link-token", severity=Severity.BLOCK, fix=Fix.SUGGESTION)
def link_token(piece: Piece, context: Context) -> Iterator[Finding]:
    """A link with a token that names one reader or is signed for one."""
    for address in piece.addresses:
        target = address.link.target
        if "?" not in target and "/" not in address.url.path[1:]:
            continue
        found = TOKEN.search(target)
        name = found[0][:40] if found else _token_parameter(address)
        if name:
            message = f"The link holds what names one reader ({shortened(name, 30)}). Use the public address."
            span = target_span(piece, address.link)
            clean = None if found else without(address.url, lambda key: key.lower() in (*PERSONAL_PARAMETERS, "r"))
            yield put_in(piece, span, message, clean) if span else _finding(address.link, message)


def _token_parameter(address: Address) -> str:
    for key, value in parse_qsl(address.url.query):
        if key.lower() in PERSONAL_PARAMETERS and len(value) >= 6:
            return key
        if key == "r" and _SUBSTACK_READER.fullmatch(value) and "/p/" in address.url.path:
            return "r"
    return ""


@register(code="link-malformed", severity=Severity.BLOCK)
def link_malformed(piece: Piece, context: Context) -> Iterator[Finding]:
    """An address that is none, or a link that is never closed and swallows text."""
    for link in piece.body.links:
        if link.target and not link.is_image and _is_malformed(link.target):
            message = f"“{shortened(link.target)}” is no web address. Write it from https:// on."
            yield _finding(link, message)
    known = {link.start for link in piece.body.links}
    for span in piece.body.spans if "](" in piece.text or "] (" in piece.text else ():
        if span.kind in CODE or span.kind is BlockKind.DEFINITION:
            continue
        for match in _UNCLOSED.finditer(piece.text, span.start, span.end):
            if not _is_known(piece, match.start(), known):
                message = f"“{shortened(match[0])}” begins a link that is never closed. Close it with a parenthesis."
                yield Finding(message, piece.place(*match.span()), match[0])


def _is_known(piece: Piece, start: int, known: set[int]) -> bool:
    inside_code = any(begin <= start < end for begin, end in piece.code_spans)
    return (
        start in known
        or start - 1 in known
        or inside_code
        or any(link.start <= start < link.end for link in piece.body.links if link.kind is not LinkKind.BARE)
    )


def _is_malformed(target: str) -> bool:
    url = split(target)
    if url.scheme in ("http", "https"):
        host = hostname(url)
        return (
            not _HOST.fullmatch(host)
            or "://" in url.netloc
            or url.path.startswith(("//http", "/http:", "/https:/"))
            and not url.path.startswith(("/http://", "/https://"))
        )
    return bool(_SCHEMELESS.match(target))


@register(code="link-tracking", severity=Severity.WARN, fix=Fix.SAFE)
def link_tracking(piece: Piece, context: Context) -> Iterator[Finding]:
    """Tracking parameters in a link."""
    for address in piece.addresses:
        names = _tracking_names(address.url, context.house) if address.url.query else []
        if names and (span := target_span(piece, address.link)):
            message = f"The link carries tracking parameters ({', '.join(dict.fromkeys(names))}). Take them off."
            yield put_in(piece, span, message, without(address.url, names.__contains__))


def _tracking_names(url: SplitResult, house: HouseLists) -> list[str]:
    """The tracking parameters of an address. Where no path names the page, a parameter that is an id may."""
    is_page = url.path not in ("", "/") and not url.path.lower().endswith((".php", ".asp", ".aspx", ".jsp", ".cgi"))
    names = [name for name, _ in parse_qsl(url.query, keep_blank_values=True) if house.is_tracking(name)]
    return [name for name in names if is_page or not name.lower().endswith("_id")]


def without(url: SplitResult, drop: Callable[[str], bool]) -> str:
    """The address without the parameters whose name `drop` says yes to; all others stay as they are written."""
    separator = ";" if ";" in url.query and "&" not in url.query else "&"
    kept = [pair for pair in url.query.split(separator) if not drop(unquote(pair.partition("=")[0]))]
    return urlunsplit(url._replace(query=separator.join(kept)))


def target_span(piece: Piece, link: Link) -> tuple[int, int] | None:
    """Where the target stands as it is written, None where it is written with escapes or elsewhere."""
    begin = link.text_end if link.kind is LinkKind.INLINE else link.start
    at = piece.text.find(link.target, begin, link.end) if link.kind is not LinkKind.REFERENCE else -1
    return (at, at + len(link.target)) if at >= 0 else None


def put_in(piece: Piece, span: tuple[int, int], message: str, fix: str | None) -> Finding:
    return Finding(message, piece.place(*span), piece.text[slice(*span)], fix=fix or None)


@register(code="link-aggregator", severity=Severity.WARN)
def link_aggregator(piece: Piece, context: Context) -> Iterator[Finding]:
    """A link to an aggregator in place of the source."""
    for address in piece.addresses:
        if context.house.is_aggregator(address.url) and not address.is_homepage:
            message = f"The link goes to the aggregator {address.host}, not to the source. Link the source itself."
            yield _finding(address.link, message)


@register(code="link-homepage", severity=Severity.WARN)
def link_homepage(piece: Piece, context: Context) -> Iterator[Finding]:
    """A story whose only link is a homepage."""
    seen: set[str] = set()
    for story in piece.titled:
        part = story.part(PartKind.LINK)
        addresses = [each for each in piece.addresses if story.start <= each.link.start < story.end]
        sources = [each for each in addresses if part and part.start <= each.link.start < part.end] or addresses
        if sources and all(each.is_homepage for each in sources):
            first = sources[0]
            again = first.host in seen
            seen.add(first.host)
            if again or not _is_about(first, f"{first.link.text} {story.title}"):
                message = f"The story links only to the homepage of {first.host}"
                also = ", and so does another" if again else ""
                yield _finding(first.link, f"{message}{also}. Link the text itself.")


def _is_about(address: Address, text: str) -> bool:
    """Whether a homepage is that of the very thing a text names: "Waku" at waku.gg."""
    letters = "".join(re.findall(r"[a-z0-9]+", text.lower()))
    first = next(iter(re.findall(r"[a-z0-9]+", text.lower())), "")
    name = "".join(re.findall(r"[a-z0-9]+", address.host.split(".")[0]))
    whole = "".join(re.findall(r"[a-z0-9]+", address.host))
    return len(name) > 2 and (name in letters or whole in letters or (len(first) > 3 and name.startswith(first)))


@register(code="link-repeated", severity=Severity.WARN)
def link_repeated(piece: Piece, context: Context) -> Iterator[Finding]:
    """The same link in several stories."""
    first: dict[str, int] = {}
    told: set[str] = set()
    for number, story in enumerate(piece.titled):
        for link in story.links:
            url = split(link.target)
            key = f"{hostname(url)}{url.path.rstrip('/')}?{without(url, context.house.is_tracking).partition('?')[2]}"
            if link.is_image or url.scheme not in ("http", "https") or piece.in_disclaimer(link.start):
                continue
            if first.setdefault(key, number) != number and key not in told:
                told.add(key)
                title = shortened(piece.titled[first[key]].title)
                yield _finding(link, f"The story “{title}” has the same link. Give each story its own source.")


@register(code="link-sequence", severity=Severity.WARN)
def link_sequence(piece: Piece, context: Context) -> Iterator[Finding]:
    """Links of one site whose numbers count up one by one, as invented ones do."""
    row: list[Address] = []
    last: tuple[str, int] = ("", -1)
    for address in (*piece.addresses, None):
        match = _NUMBERED.match(address.link.target) if address else None
        current = (match[1], int(match[2])) if match else ("", -1)
        if address and match and row and current == (last[0], last[1] + 1):
            row.append(address)
        else:
            if len(row) >= SEQUENCE:
                message = f"{len(row)} links of {row[0].host} count up one by one. Check that they exist."
                yield _finding(row[0].link, message)
            row = [address] if address and match else []
        last = current


@register(code="link-bare", severity=Severity.INFO, fix=Fix.SAFE)
def link_bare(piece: Piece, context: Context) -> Iterator[Finding]:
    """An address that stands in the text as it is."""
    for link in piece.body.links:
        if link.kind is LinkKind.BARE and link.target.startswith("http"):
            written = piece.text[link.start : link.end]
            plain = written == link.target and not set("<>\\") & set(written)
            message = "The address stands in the text as it is. Make it a link with the source's title."
            yield Finding(message, link.place, written, fix=f"<{written}>" if plain else None)
