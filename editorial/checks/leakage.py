"""Checks of leakage: what the generator let slip into the text that is not the article."""

import re
import unicodedata
from collections.abc import Iterator

from ..document import BlockKind
from .piece import Piece, shortened
from .registry import Context, Finding, Fix, Severity, register

# Characters without a shape that change how a text is searched, wrapped or ordered. The joiners stay where they belong:
# in emoji, and in scripts that need them.
_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x01-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_ATTRIBUTE = r"\s+[\w:@-]+(?:=(?:\"[^\"\n]*\"|'[^'\n]*'|\{[^{}\n]*\}|[^\s>]+))?"
_RAW_TAG = re.compile(rf"(?<![\w<\\])</?[A-Za-z][A-Za-z0-9.-]*(?:{_ATTRIBUTE}){{0,9}}\s*/?>|<!--")
_PIPELINE = re.compile(
    r"\(?\buid\s*[:=]\s*#?\d{3,}|\bscraped\s+\d+\s+(?:articles?|links?|posts?)\b"
    r"|\bprocessing\s+[\w. ]{1,40}\bnewsletter\b|\bcontent\s+skipped\b|\bskipped\s+per\s+(?:editorial\s+)?rules\b"
    r"|\bno\s+(?:\w+\s+){0,3}(?:articles?|content)\s+(?:was|were)\s+(?:present|found|available|provided)\b"
    r"|\bno\s+editorial\s+content\s+available\b|\b(?:no|nothing|without)\b[^.\n]{0,60}\bcontent\s+to\s+summari[sz]e\b"
    r"|\bcontained\s+only\s+promotional\b|\bentirely\s+promotional\s+(?:content|in\s+nature)\b"
    r"|\bbrak\s+(?:artykułów|treści)\s+do\s+(?:podsumowania|streszczenia)\b"
)
_PIPELINE_WORDS = (
    "uid:",
    "uid ",
    "uid=",
    "scraped ",
    "processing ",
    "skipped ",
    "no editorial",
    "content to summari",
    "only promotional",
    "entirely promotional",
    "articles were",
    "content was",
    "article was",
    "content were",
    "brak artykuł",
    "brak treści",
)
_INCOMPLETE = re.compile(
    r"\b(?:behind|past|hits?)\s+(?:a|the|its|their|\w+(?:\s\w+){0,2}'s?(?:\s+\w+)?)\s+paywall\b"
    r"|\b(?:is|was|are|were|being|remains?|listing|lists?|partially|partly)\s+(?:\w+\s+)?paywalled\b"
    r"|\b(?:article|newsletter|post|piece|source|excerpt|text|content|email|preview)\s+(?:itself\s+)?(?:cuts\s+off|is\s+cut\s+off|"
    r"was\s+cut\s+off|is\s+truncated|was\s+truncated|ends\s+abruptly|breaks\s+off)\b"
    r"|\bfull\s+(?:article|text|content|piece|post|newsletter)\s+(?:is|was)\s+(?:not|n't|un)\s?(?:available|accessible)\b"
    r"|\b(?:could\s+not|couldn't|unable\s+to|failed\s+to)\s+(?:access|fetch|retrieve|scrape)\s+(?:the|this)\s+(?:full\s+)?"
    r"(?:article|text|content|page|source|newsletter|post)\b"
    r"|\bonly\s+(?:a|the)\s+(?:preview|teaser|excerpt|introduction)\s+(?:is|was)\s+(?:available|accessible|provided|visible)\b"
    r"|\b(?:za|dostępn\w+\s+za)\s+paywallem\b|\b(?:artykuł|tekst|treść|newsletter)\s+(?:się\s+)?urywa(?:\s+się)?\b"
    r"|\bpełn\w+\s+(?:treść|tekst|artykuł)\s+(?:nie\s+(?:jest|był\w*)\s+dostępn\w+|niedostępn\w+)\b"
)
_INCOMPLETE_WORDS = (
    "paywall",
    "cuts off",
    "cut off",
    "truncated",
    "abruptly",
    "breaks off",
    "full article",
    "full text",
    "full content",
    "full piece",
    "full post",
    "full newsletter",
    "only a ",
    "only the ",
    "could not ",
    "couldn't ",
    "unable to ",
    "failed to ",
    "urywa",
    "pełna treść",
    "pełny tekst",
    "pełny artykuł",
    "pełnej treści",
)
_GREETING = re.compile(
    r"(?:^|[.!?,:*]\s+|\bi\s+will\s+|\bi'll\s+|\bwe'll\s+)(?:welcome\s+(?:back\s+)?to\s+(?:another|the|this|our|your)\b|welcome\s+back\b"
    r"|(?:hey|hi|hello)\s+(?:there|everyone|everybody|folks|friends|all)\b|thanks\s+for\s+(?:reading|listening|tuning\s+in|joining)\b"
    r"|see\s+you\s+(?:next\s+(?:week|time)|soon|in\s+the\s+next)\b|until\s+next\s+(?:time|week)\b|stay\s+tuned\b|happy\s+coding\b"
    r"|that's\s+(?:all|it)\s+for\s+(?:today|this\s+week)\b"
    r"|witaj(?:cie)?\b|cześć\b|dzień\s+dobry\b|do\s+(?:usłyszenia|zobaczenia|następnego)\b|dzięki\s+za\s+(?:uwagę|lekturę|przeczytanie)\b)"
)
_TOOL = re.compile(
    r"^\W*co-authored-by:"
    r"|^\W*generated\s+(?:with|by)\s+\W?(?:claude|copilot|github copilot|chatgpt|codex|cursor|gemini|gpt)\b"
    r"|🤖\s*generated",
    re.MULTILINE,
)
_SOMEBODY_HERE = re.compile(
    r"\W*(?:(?:[Hh]ey|[Hh]i|[Hh]ello)[,!]?\s+(?:\w+[,!]\s+)?)?"
    r"[A-ZŁŚŻ][\w'-]+ (?:[A-Z][\w.'-]+ )?[A-ZŁŚŻ][\w'-]+ here(?:[,.!:]|\s[—–-])\s"
)


@register(code="raw-markup", severity=Severity.BLOCK, fix=Fix.SUGGESTION)
def raw_markup(piece: Piece, context: Context) -> Iterator[Finding]:
    """A raw tag or JSX in prose."""
    if "<" in piece.prose:
        for match in _RAW_TAG.finditer(piece.prose):
            message = (
                f"“{shortened(match[0])}” stands in the text as a raw tag. Put it between backticks or say it in words."
            )
            fix = f"`{match[0]}`" if match[0] != "<!--" else None
            yield Finding(message, piece.place(*match.span()), match[0], fix=fix)


@register(code="persona", severity=Severity.BLOCK)
def persona(piece: Piece, context: Context) -> Iterator[Finding]:
    """The machine speaks as a person: a name of the house list, or “First Last here”."""
    found = dict(_somebody_here(piece))
    named = [name for name in context.house.personas if piece.wording.may_hold(name) and name in piece.small]
    if named:
        names = "|".join(map(re.escape, sorted(named)))
        pattern = (
            rf"\b(?:{names})\s+here(?=[,.!:]|\s+[—–-])"
            rf"|(?:^|[.!?]\s+)(?:hi[,!]?\s+)?(?:i'm|i\s+am|it's|my\s+name\s+is|as)\s+(?:{names})\b(?=[.,!—–]|\s+[—–-]|\s+and\b)"
            rf"|\b(?:{names})'s\s+(?:perspective|voice|style|point\s+of\s+view|lens|persona)\b"
            rf"|\b(?:in\s+the\s+(?:style|voice)\s+of|channell?ing|writing\s+as|speaking\s+as)\s+(?:{names})\b"
            rf"|^\W*[—–-]\s*(?:{names})\W*$"
        )
        matches = piece.wording.near(named, re.compile(pattern, re.MULTILINE), before=40)
        found |= {match.start(): match.end() for match in matches}
    for start, end in sorted(found.items()):
        written = piece.text[start:end].strip()
        message = f"“{shortened(written)}” makes the machine speak as a person. Write it as nobody in particular."
        yield Finding(message, piece.place(start, end), written)


def _somebody_here(piece: Piece) -> Iterator[tuple[int, int]]:
    """Where a paragraph begins with "First Last here,"."""
    for span in piece.body.spans if " here" in piece.small else ():
        is_near = piece.prose.find(" here", span.start, min(span.end, span.start + 80)) >= 0
        if is_near and (match := _SOMEBODY_HERE.match(piece.prose, span.start, span.end)):
            yield match.span()


@register(code="pipeline-notes", severity=Severity.BLOCK)
def pipeline_notes(piece: Piece, context: Context) -> Iterator[Finding]:
    """Notes of the pipeline about its own work."""
    for match in piece.wording.near(_PIPELINE_WORDS, _PIPELINE):
        written = piece.written(match)
        message = (
            f"“{shortened(written)}” is a note of the pipeline, not of the article. Reject it or generate it again."
        )
        yield Finding(message, piece.place(*match.span()), written)
    for key, value in (("title", piece.title), ("excerpt", piece.excerpt)):
        for match in _PIPELINE.finditer(value.lower()):
            message = (
                f"The {key} is a note of the pipeline (“{shortened(match[0])}”). Reject the article or write a {key}."
            )
            yield Finding(message, piece.field_place(key), value, key)


@register(code="source-incomplete", severity=Severity.WARN)
def source_incomplete(piece: Piece, context: Context) -> Iterator[Finding]:
    """The text admits that its source was incomplete."""
    for match in piece.wording.near(_INCOMPLETE_WORDS, _INCOMPLETE):
        written = piece.written(match)
        message = (
            f"“{shortened(written)}”: the machine lacked a part of its source. Read the source before you approve."
        )
        yield Finding(message, piece.place(*match.span()), written)


@register(code="greeting", severity=Severity.WARN)
def greeting(piece: Piece, context: Context) -> Iterator[Finding]:
    """A greeting at the beginning or a sign-off at the end."""
    spans = [span for span in piece.body.spans if span.kind is BlockKind.PARAGRAPH]
    for span in {*spans[:2], *spans[-2:]}:
        small = piece.small[span.start : span.end]
        if match := _GREETING.search(small):
            start = span.start + match.start() + len(match[0]) - len(match[0].lstrip(" .!?,\n"))
            written = piece.text[start : span.start + match.end()]
            message = f"“{shortened(written)}” greets or takes leave of the reader. Cut it."
            yield Finding(message, piece.place(start, span.start + match.end()), written)


@register(code="tool-attribution", severity=Severity.WARN)
def tool_attribution(piece: Piece, context: Context) -> Iterator[Finding]:
    """A line in which a tool names itself, outside the Disclaimer."""
    for match in piece.wording.near(("generated", "authored-by"), _TOOL):
        if not piece.in_disclaimer(match.start()):
            written = piece.written(match)
            message = f"“{shortened(written)}” is a tool's signature, not text. Cut the line."
            yield Finding(message, piece.place(*match.span()), written)


@register(code="invisible-characters", severity=Severity.WARN, fix=Fix.SAFE)
def invisible_characters(piece: Piece, context: Context) -> Iterator[Finding]:
    """Characters that nobody sees."""
    if piece.text.isascii() and not _INVISIBLE.search(piece.text):
        return
    for match in _INVISIBLE.finditer(piece.prose, piece.start):
        message = f"An invisible character ({_name(match[0])}) stands here. Remove it."
        yield Finding(message, piece.place(*match.span()), match[0], fix="")
    for key, value in (("title", piece.title), ("excerpt", piece.excerpt)):
        if hidden := _INVISIBLE.search(value):
            message = f"The {key} holds an invisible character ({_name(hidden[0])}). Remove it."
            yield Finding(message, piece.field_place(key), value, key, _INVISIBLE.sub("", value))


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}").lower()
