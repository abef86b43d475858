"""The title of a page from the beginning of its bytes. Pure; never raises, whatever the bytes are."""

import codecs
import re
from html.parser import HTMLParser

TITLE_MAX = 300  # characters
WINDOW = 4_000  # characters that are parsed; the parser's worst case is the square of this
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_TITLE = re.compile(r"<title[\s>]", re.IGNORECASE)
_OG_TITLE = re.compile(r"<meta\s[^<>]{0,1000}?og:title", re.IGNORECASE)
# Character sets of pages; Python knows others that are none ("base64", "undefined").
_KNOWN = re.compile(
    r"utf-(?:8|16)(?:-[bl]e)?|iso8859-\d+|cp(?:125\d|866|874|932|949|950)|koi8-[rtu]|mac-\w+|shift_jis\w*|"
    r"euc_\w+|iso2022_\w+|gb\w+|big5\w*|tis-620|latin\w+|ascii"
)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def title_of(data: bytes, content_type: str = "") -> str:
    """The title on one line, "" for none or for what is no HTML. `content_type` is that of the header."""
    if content_type and not re.match(r"\s*(?:text/html|application/xhtml\+xml)", content_type, re.IGNORECASE):
        return ""
    text = _text(data, content_type)
    for mark, title in ((_TITLE, _Title), (_OG_TITLE, _OpenGraph)):
        if found := mark.search(text):
            parser = title()
            parser.feed(text[found.start() : found.start() + WINDOW])
            if words := " ".join("".join(parser.pieces).replace("\x00", "").split()):
                return words[:TITLE_MAX] if parser.is_whole else ""
    return ""


def _text(data: bytes, content_type: str) -> str:
    """The characters of a page, by its mark, its header, its own word, and else by what fits."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    said = _CHARSET.search(content_type)
    within = _META_CHARSET.search(data[:WINDOW])
    for name in (said[1] if said else "", within[1].decode("ascii", "replace") if within else ""):
        if encoding := _encoding(name):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        is_cut = error.end >= len(data) - 3  # the end of what was read may lie within a character
        return data.decode("utf-8" if is_cut else "windows-1252", "replace")


def _encoding(name: str) -> str:
    """Python's name of a character set, "" for one it does not know. What a page calls Latin-1 is Windows-1252."""
    try:
        known = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""
    if known in ("iso8859-1", "ascii"):
        return "windows-1252"
    return known if _KNOWN.fullmatch(known) else ""


class _Title(HTMLParser):
    """Takes the text of the first title element; `is_whole` once it has ended."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.is_whole = False

    def handle_endtag(self, tag: str) -> None:
        self.is_whole = self.is_whole or tag == "title"

    def handle_data(self, data: str) -> None:
        if not self.is_whole:
            self.pieces.append(data)


class _OpenGraph(HTMLParser):
    """Takes the content of the first element with the property og:title."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.is_whole = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if not self.pieces and "og:title" in (values.get("property"), values.get("name")):
            self.pieces.append(values.get("content") or "")
