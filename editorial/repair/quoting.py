"""Slips within one YAML entry and their repairs: quotes, signs that need them, tabs, marks around keys.

Each mender takes the source of one entry that cannot be read and gives a Slip, or None if it is not of its kind."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..frontmatter.spelling import quoted
from .names import KEY_LINE, is_familiar, own_name

_HEAD = re.compile(r"(?:[ \t]*+(?:#[^\n]*)?\r?\n)*[ \t]*[\"']?(?P<key>[A-Za-z_][\w-]*)[\"']?[ \t]*:[ \t]++(?=\S)")
_COMMENT = re.compile(r"[ \t]#(?:[ \t]|\Z)")
_QUOTED_WITH_COMMENT = re.compile(r"(?P<value>(?P<quote>['\"])[^\n]*(?P=quote))[ \t]+#[ \t](?:(?!(?P=quote))[^\n])*")
_TIGHT = re.compile(r"(?P<key>\s*[\"']?(?P<name>[A-Za-z_][\w-]*)[\"']?:)(?=[\"'#\[\w])")
_TABS = re.compile(r"^[ ]*\t[ \t]*", re.MULTILINE)
_HASH_ITEM = re.compile(r"(?<=[\[,])(?P<space>\s*)(?P<item>#(?:[^,\]\"'\n]*[^\s,\]\"'])?)(?=\s*[,\]])")
_IN_WORD = re.compile(r"(?<=\w)['’](?=\w)")
_YEAR = re.compile(r"\d0s")
_BAD_ESCAPE = re.compile(r"\\(?:[0abt\tnvfre \"/\\N_LP]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|\r?\n)|(\\)")
# A list item whose quote does not close in its line, though a further item or the end of the entry follows.
OPEN_ITEM = re.compile(
    r"""^[ \t]*-[ \t]+(?P<quote>["'])(?P<text>(?:(?!(?P=quote))[^\r\n])++)(?=\r?\n[ \t]*-[ \t]|\s*\Z)""", re.MULTILINE
)
PROSE_KEYS = ("title", "excerpt")
_SIGNS = "@`%&*!|>{}[],?-#"


@dataclass(frozen=True, slots=True)
class _Parts:
    """An entry in three: to the value, the value, and the blank and comment lines after it."""

    key: str
    head: str
    value: str
    tail: str

    def with_value(self, value: str) -> str:
        return self.head + value + self.tail

    def at(self, offset: int) -> int:
        """The offset in the entry of one in the value."""
        return len(self.head) + offset


@dataclass(frozen=True, slots=True)
class Slip:
    """A cause (code), a sentence, the offset in the entry where it shows, and the entry without it.

    Not clear: the cause is known, but not what was meant."""

    cause: str
    message: str
    at: int
    text: str
    clear: bool = True


def _parts(entry: str) -> _Parts | None:
    """None if the entry has no value in the line of its key."""
    head = _HEAD.match(entry)
    if not head:
        return None
    lines = entry[head.end() :].split("\n")
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    value = "\n".join(lines).rstrip()
    if commented := _QUOTED_WITH_COMMENT.fullmatch(value):
        value = commented["value"]
    return _Parts(head["key"], head.group(), value, entry[head.end() + len(value) :])


def cut_comment(text: str) -> tuple[str, str]:
    """A plain value and what follows it: a comment (" # so") and blank. "#so" without a space is no comment here."""
    comment = _COMMENT.search(text)
    value = (text[: comment.start()] if comment else text).rstrip()
    return value, text[len(value) :]


def in_quotes(value: str) -> str:
    """The value in double quotes, in single ones if it holds double quotes or backslashes."""
    return quoted(value, "'") if '"' in value or "\\" in value else f'"{value}"'


def tabs(entry: str) -> Slip | None:
    """Tabs at the start of a line: two spaces each."""
    found = _TABS.search(entry)
    if not found:
        return None
    spaces = _TABS.sub(lambda match: match.group().replace("\t", "  "), entry)
    return Slip("tab-indentation", "A tab cannot indent in YAML. Use two spaces instead.", found.start(), spaces)


def marks_around_key(entry: str) -> Slip | None:
    """**title:**, `title`:, “title”: or a quote before the key that does not close after it."""
    blank = len(entry) - len(entry.lstrip())
    key = KEY_LINE.match(entry, blank)
    if not key or (key["before"] == key["after"] and key["before"] in ("", '"', "'") and not key["late"]):
        return None
    text = entry[:blank] + key["name"] + ":" + entry[key.end() :]
    return Slip("quoted-key", "The key stands in quotes or marks that do not belong there. Remove them.", blank, text)


def no_space_after_colon(entry: str) -> Slip | None:
    key = _TIGHT.match(entry)
    if not key or not is_familiar(key["name"]):
        return None
    text = entry[: key.end()] + " " + entry[key.end() :]
    return Slip("missing-space", "After the colon of a key stands a space in YAML. Add one.", key.end() - 1, text)


def escaped_apostrophe(entry: str) -> Slip | None:
    r"""\' within quotes: YAML knows no such escape."""
    found = _parts(entry)
    if not found or found.value[0] not in "'\"" or "\\'" not in found.value:
        return None
    if found.value[0] == "'":
        plain, value = "''", re.sub(r"\\'(?!'.|\Z)", "''", found.value)
    else:
        plain, value = "'", re.sub(r"\\(.)", lambda match: "'" if match[1] == "'" else match[0], found.value)
    if value == found.value:
        return None
    message = f"An apostrophe is escaped by a backslash, which YAML does not know here. Write {plain} instead."
    at = found.at(found.value.index("\\'"))
    clear = found.value[0] == '"' or "\\'" not in value
    return Slip("escaped-apostrophe", message, at, found.with_value(value), clear)


def bare_hash_list(entry: str) -> Slip | None:
    """[#a, #b]: all from the first # on is a comment to YAML."""
    found = _parts(entry)
    if not found or not found.value.startswith("[") or not found.value.endswith("]"):
        return None
    value = _HASH_ITEM.sub(r'\g<space>"\g<item>"', found.value)
    if value == found.value:
        return None
    message = "In a list, # begins a comment in YAML, so that the tags are lost. Put each tag in quotes."
    at = found.at(found.value.index("#"))
    return Slip("bare-hash-list", message, at, found.with_value(value))


def quotes(entry: str) -> Slip | None:
    """A quote sign within quotes of its own kind, or a quote that does not close."""
    found = _parts(entry)
    if not found or found.value[0] not in "'\"":
        return None
    value, quote, start = found.value, found.value[0], found.at(0)
    closed = len(value) > 1 and value.endswith(quote) and not _ends_escaped(value)
    if not closed and "\n" in value:
        return None
    inner = value[1:-1] if closed else value[1:]
    bare = _bare_quotes(inner, quote)
    clear = _is_one_text(inner, bare) if closed else _only_in_words(inner, bare) and value[-1] not in "'\""
    repaired = quote + _escaped(inner, quote, bare) + quote
    text = found.with_value(repaired)
    if not closed:
        message = f"The quote {quote} at the start of the value does not close. Close it at the end of the line."
        return Slip("missing-quote", message, start, text, clear)
    if not bare:
        return None
    name, cause = ("An apostrophe", "apostrophe-in-quotes") if quote == "'" else ("A quote sign", "quote-in-quotes")
    better = "''" if quote == "'" else '\\"'
    message = f"{name} within quotes of its kind ends the value too early. Write {better} instead."
    return Slip(cause, message, start + 1 + bare[0], text, clear)


def open_items(entry: str) -> Slip | None:
    """List items with a quote that does not close."""
    found = OPEN_ITEM.search(entry)
    if not found:
        return None
    quote = found["quote"]
    message = f"The quote {quote} at the start of an item of the list does not close. Close it at the end of the line."
    text = OPEN_ITEM.sub(lambda match: match.group().rstrip() + match["quote"], entry)
    clear = not any(_COMMENT.search(match["text"]) for match in OPEN_ITEM.finditer(entry))
    return Slip("missing-quote", message, found.start("quote"), text, clear)


def bad_escape(entry: str) -> Slip | None:
    """A backslash within double quotes that begins no escape of YAML, as in C:\\path."""
    found = _parts(entry)
    if not found or found.value[0] != '"':
        return None
    value = _BAD_ESCAPE.sub(lambda match: "\\\\" if match[1] else match[0], found.value)
    if value == found.value:
        return None
    message = "A backslash within double quotes stands alone. Write it twice."
    at = found.at(found.value.index("\\"))
    return Slip("bad-escape", message, at, found.with_value(value))


def unquoted(entry: str) -> Slip | None:
    """A value without quotes that holds a colon and a space, or prose that begins with a sign of YAML's own."""
    found = _parts(entry)
    if not found or found.value[0] in "'\"":
        return None
    lines = found.value.count("\n")
    value, comment = (found.value, "") if lines else cut_comment(found.value)
    text = found.with_value(in_quotes(value) + comment)
    clear = not lines or not re.search(r"^\s*-|\s#", value, re.MULTILINE)
    advice = "Put the value in quotes."
    if colon := re.search(r":(?=\s|\Z)", value):
        message = f"A colon and a space within the value begin a new key in YAML. {advice}"
        return Slip("unquoted-colon", message, found.at(colon.start()), text, clear)
    if value[:1] in _SIGNS and own_name(found.key) in PROSE_KEYS:
        message = f"The sign {value[:1]} at the start of a value means something else in YAML. {advice}"
        return Slip("unquoted-sign", message, found.at(0), text, clear)
    return None


def _ends_escaped(value: str) -> bool:
    r"""Whether the last sign of a double-quoted value is an escaped quote (\")."""
    before = value[:-1]
    return value[0] == '"' and (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _bare_quotes(inner: str, quote: str) -> list[int]:
    """Where quote signs stand that are neither doubled ('') nor escaped (\\")."""
    skip = "''" if quote == "'" else r"\\."
    pattern = re.compile(f"{skip}|({quote})", re.DOTALL)
    return [match.start() for match in pattern.finditer(inner) if match[1]]


def _escaped(inner: str, quote: str, bare: list[int]) -> str:
    sign = "''" if quote == "'" else '\\"'
    pieces = [inner[start:end] for start, end in zip([0, *(at + 1 for at in bare)], [*bare, None], strict=True)]
    return sign.join(pieces)


def _only_in_words(inner: str, bare: list[int]) -> bool:
    return all(_IN_WORD.match(inner, at) for at in bare)


def _two_quotations(inner: str, bare: list[int]) -> bool:
    """'One' and 'two': the first sign closes and a later one opens, so the outer ones do not belong together."""
    outside = [at for at in bare if not _IN_WORD.match(inner, at)]
    return len(outside) > 1 and not _opens(inner, outside[0]) and _opens(inner, outside[-1])


def _is_one_text(inner: str, bare: list[int]) -> bool:
    """Whether the outer signs belong together and those within are apostrophes, inches or pairs."""
    outside = [at for at in bare if not _IN_WORD.match(inner, at)]
    if len(outside) % 2 == 0:
        return not _two_quotations(inner, bare)
    last = outside[-1]
    if inner[last] == '"':
        return inner[last - 1 : last].isdigit()
    return not _two_quotations(inner, bare) and (not _opens(inner, last) or bool(_YEAR.match(inner, last + 1)))


def _opens(inner: str, at: int) -> bool:
    return at == 0 or inner[at - 1] in " \t\n([{-–—"


MENDERS: tuple[Callable[[str], Slip | None], ...] = (
    tabs,
    marks_around_key,
    no_space_after_colon,
    escaped_apostrophe,
    bare_hash_list,
    quotes,
    open_items,
    bad_escape,
    unquoted,
)
