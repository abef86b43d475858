"""The text of an article as one value: what a revision holds, what a decision is about. Pure."""

import datetime
import hashlib
import json
import re
from dataclasses import dataclass, fields
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
SAFE_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Text:
    """Title, excerpt, Markdown body, subject tags (lower case, without #), language code, date and slug."""

    title: str
    excerpt: str
    body: str
    tags: tuple[str, ...]
    language: str
    date: datetime.date
    slug: str

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of all fields: two texts are the same exactly if their hashes are."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        written = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def wording(self) -> str:
        """SHA-256 (hex) of title and body alone: the same words under another slug or date have the same."""
        return hashlib.sha256(f"{self.title}\0{self.body}".encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def word_count(self) -> int:
        return count_words(self.body)


def count_words(text: str) -> int:
    """How many words: letters, digits and _, joined by single apostrophes, dots and hyphens between them.

    The number of matches of \\w+(?:['’.-]\\w+)*, counted on bytes in a third of the time: letters become “a”,
    joiners “-”, all else a space; then a joiner between two letters makes one word of them."""
    data = text.encode("utf-8", "replace")
    for character in set(data.translate(None, _ASCII).decode()):
        if (kind := _kind(character)) != b"a":
            data = data.replace(character.encode(), kind)
    data = data.translate(_KINDS).replace(b"a-a", b"aaa").replace(b"a-a", b"aaa")  # twice: a-a-a overlaps itself
    return (b" " + data.translate(_APART)).count(b" a")  # where words begin


def _kind(character: str) -> bytes:
    if character.isalnum() or character == "_":
        return b"a"
    return b"-" if character in "'’.-" else b" "


_ASCII = bytes(range(128))
_KINDS = b"".join(_kind(chr(byte)) for byte in _ASCII) + b"a" * 128  # what is left beyond ASCII is letters
_APART = bytes.maketrans(b"-", b" ")


def _is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def storable(value: Any) -> Any:
    """The same string (or list or dict of them) without what no database column takes: NUL and half
    surrogates become U+FFFD. The file's bytes keep what they had."""
    if isinstance(value, str):
        return value if _is_storable(value) else _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {storable(str(key)): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float) else storable(str(value))
