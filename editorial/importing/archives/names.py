"""Names of archive entries: from bytes in any encoding to a safe relative path, or the reason why not. Pure."""

import re
from itertools import pairwise
from pathlib import PurePosixPath

# A number may be added to tell two files of one name apart, so both stay below what there is room for.
PATH_MAX = 900  # characters; the column takes 1000
PART_MAX = 240  # bytes of UTF-8; file systems take 255

_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_UNSAFE = (
    (_HIDDEN, "its name holds a character that does not show"),
    (re.compile(r"^[A-Za-z]:"), "its name begins with a drive letter"),
    (re.compile(r"^[/\\]"), "its name begins at the root of the disk"),
    (re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)"), "its name leads outside the archive (“..”)"),
    (re.compile(r"\\"), "its name has a backslash; folders are divided by /"),
)

# What the encoding of a name without the UTF-8 mark is guessed by: the first one that gives plausible letters.
# Windows packs by the console's code page (852 in Poland, 932 in Japan, 437 in America), some tools by 1250.
_POLISH = re.compile("[ -~ąćęłńóśźżĄĆĘŁŃÓŚŹŻ–—„”’…]*")
_JAPANESE = re.compile("(?=.*[ぁ-ヿ一-鿿]{2})[ -~\u3000-〿ぁ-ヿ一-鿿！-～]*")
_LETTERS = re.compile(r"(?:[ -~–—„”’…]|[^\W\d_])*")
_GUESSES = (
    ("cp852", _POLISH),
    ("cp1250", _POLISH),
    ("cp932", _JAPANESE),
    ("cp852", _LETTERS),
    ("cp1250", _LETTERS),
)


def decode_name(raw: bytes) -> str:
    """The text of a name: UTF-8 if it is that, else a guess among the code pages that zips are made with.

    Never raises and loses nothing: where no guess is plausible it is code page 437, the format's own, in which
    every byte is a character."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for encoding, plausible in _GUESSES:
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if plausible.fullmatch(name) and not _has_odd_capitals(name):
            return name
    return raw.decode("cp437")


def _has_odd_capitals(name: str) -> bool:
    """Whether a foreign capital follows a small letter, as in “EspaĄa”: the mark of a wrong guess."""
    return any(one.islower() and two.isupper() and not two.isascii() for one, two in pairwise(name))


def unsafe(name: str) -> str:
    """Why an entry of this name can't be taken, as the middle of a sentence; "" if it can."""
    for pattern, reason in _UNSAFE:
        if pattern.search(name) or pattern.search(tidy(name)):
            return reason
    if len(name) > PATH_MAX:
        return f"its name has {len(name):,} characters; {PATH_MAX:,} is the limit"
    if any(len(part.encode()) > PART_MAX for part in name.split("/")):
        return f"a part of its name has more than {PART_MAX} bytes, which is the limit"
    return ""


def tidy(name: str) -> str:
    """The path of a safe name: without empty parts and “.”. "" for the archive's own folder."""
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def defused(name: str) -> str:
    """A safe path that resembles an unsafe name; only to be shown."""
    plain = re.sub(r"[\\:]", "/", _HIDDEN.sub("_", name))
    parts = [part[: PART_MAX // 4] for part in plain.split("/") if part not in ("", ".", "..")]
    return "/".join(parts[-3:]) or "unnamed"


def shown(name: str) -> str:
    """The name as a message may show it: hidden characters escaped, 200 characters at most."""
    visible = _HIDDEN.sub(lambda found: repr(found[0])[1:-1], name)
    return visible if len(visible) <= 200 else f"{visible[:199]}…"


def numbered(path: str, number: int) -> str:
    """The path of the second and later file of one name: `a/b.md` becomes `a/b (2).md`."""
    whole = PurePosixPath(path)
    return str(whole.with_name(f"{whole.stem} ({number}){whole.suffix}"))
