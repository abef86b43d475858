"""What stands around the frontmatter or in place of its fences: blank lines, chat, code fences, missing ---."""

import re
from collections.abc import Callable

from ..frontmatter import FrontmatterError
from .draft import Draft, shortened
from .names import is_familiar, is_written_as_key, key_in
from .proposing import propose_frontmatter

HEAD_MAX = 32_000  # characters in which the frontmatter is looked for
CHAT_MAX = 600  # characters before the frontmatter that may be dropped as talk of the machine
ROUNDS_MAX = 8

_BLANK = re.compile("[\\s\ufeff\u200b]+")
_FENCE = re.compile(r"---[ \t]*(?:\r?\n|\Z)")
_ANY_FENCE = re.compile(r"(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_MISSPELT_FENCE = re.compile(r"(?:--|-{4,}|[—–]+-*|-+[—–]+|\*{3,}|_{3,}|={3,})[ \t]*(?=\r?\n|\Z)")
_LINE = re.compile(r"[^\n]*\n")
_HEADING_AFTER_BLANK = re.compile(r"^[ \t]*\r?\n(?P<heading>#{1,6}[ \t]+(?P<text>[^\s#][^\n]*))", re.MULTILINE)
_CODE_FENCE = re.compile(r"(?P<sign>`{3,}|~{3,})[ \t]*(?P<info>[\w-]*)[ \t]*(?:\r?\n|\Z)")
_BARE_CODE_FENCE = re.compile(r"(?:`{3,}|~{3,})[ \t]*(?:\r?\n|\Z)")
_BLOCK_BELOW = re.compile(
    r"^(?:(?:```|~~~)[\w-]*[ \t]*\r?\n)?(?:---[ \t]*\r?\n)(?=[\"']?(?P<first>[A-Za-z_][\w-]*)[\"']?[ \t]*:)"
    r"|^(?:```|~~~)[\w-]*[ \t]*\r?\n(?=[\"']?(?P<second>[A-Za-z_][\w-]*)[\"']?[ \t]*:)",
    re.MULTILINE,
)


def mend_wrapping(draft: Draft) -> None:
    """Free the frontmatter and close it, cause by cause, until it can be found or nothing more is recognised."""
    _free_and_close(draft)
    if not draft.unclear:
        _heading_inside(draft)


def _free_and_close(draft: Draft) -> None:
    for _ in range(ROUNDS_MAX):
        front = draft.read()
        if not isinstance(front, FrontmatterError) or draft.unclear:
            return
        if front.cause == "no-frontmatter":
            steps = WITHOUT_OPENING
        elif draft.text.startswith("---"):
            steps = WITHOUT_CLOSING
        else:
            return
        if not any(step(draft) for step in steps):
            return


def _line_ends(draft: Draft) -> bool:
    """Lone carriage returns, or several before one line feed, hide the fences."""
    if "\r" not in re.sub(r"(?<!\r)\r\n", "", draft.text[:HEAD_MAX]):
        return False
    message = "The lines end with lone or doubled carriage returns (an old or broken conversion). Make them line feeds."
    draft.report("line-ends", message, offset=draft.text.index("\r"))
    draft.become(re.sub(r"\r(?!\n)", "\n", re.sub(r"(?<!\r)\r+\n", "\r\n", draft.text)))
    return True


def _blank_before(draft: Draft) -> bool:
    blank = _BLANK.match(draft.text)
    if not blank:
        return False
    below = draft.text[blank.end() : blank.end() + 400]
    starts = below.startswith(("---", "+++")) or _CODE_FENCE.match(below) or is_familiar(key_in(below))
    if not starts:
        return False
    if "\ufeff" in blank.group() or "\u200b" in blank.group():
        message = (
            "An invisible sign (a byte order mark or a zero-width space) stands before the frontmatter. Remove it."
        )
        draft.report("byte-order-mark", message)
    if blank.group().strip("\ufeff\u200b"):
        message = "Blank lines stand before the frontmatter. Remove them; it must begin in the first line."
        draft.report("blank-before-frontmatter", message)
    draft.replace(0, blank.end(), "")
    return True


def _code_fence(draft: Draft) -> bool:
    """The whole file, or only its frontmatter, in a Markdown code block."""
    opening = _CODE_FENCE.match(draft.text)
    if not opening:
        return False
    blank = _BLANK.match(draft.text, opening.end())
    inside = blank.end() if blank else opening.end()
    fenced = _FENCE.match(draft.text, inside)
    if not fenced and not is_familiar(key_in(draft.text[inside : inside + 400])):
        return False
    end, stop = _keys_end(draft.text, fenced.end() if fenced else inside)
    closing = _BARE_CODE_FENCE.match(draft.text, end)
    if stop == "fence":
        after = _blank_from(draft.text, _ANY_FENCE.match(draft.text, end))
        closing = _BARE_CODE_FENCE.match(draft.text, after)
        if not closing:
            return _fenced_file(draft, opening.group("sign"), inside)
    if not closing:
        return _fenced_file(draft, opening.group("sign"), inside)
    message = f"The frontmatter stands in a code block ({opening.group().strip()}). Remove the lines of the block."
    draft.report("fenced-frontmatter", message)
    draft.replace(closing.start(), closing.end(), "" if stop == "fence" else _fence_like(closing.group()))
    draft.replace(0, inside, "" if fenced else _fence_like(opening.group()))
    return True


def _fenced_file(draft: Draft, sign: str, inside: int) -> bool:
    """Take off the block around all of the file; its last fence only if that is not the end of a block inside."""
    message = f"The whole file stands in a code block ({sign}). Remove the first line and the block's last."
    draft.report("fenced-file", message)
    line = re.compile(rf"^[ \t]*{re.escape(sign[:3])}{sign[0]}*(?P<info>[^\n]*)(?:\n|\Z)", re.MULTILINE)
    fences = list(line.finditer(draft.text, inside))
    if len(fences) % 2 and not fences[-1]["info"].strip():
        draft.replace(fences[-1].start(), fences[-1].end(), "")
    draft.replace(0, inside, "")
    return True


def _text_before(draft: Draft) -> bool:
    """Talk of the machine ("Here is your article:") above the frontmatter."""
    head = draft.text[: CHAT_MAX + 200]
    found = next(
        (match for match in _BLOCK_BELOW.finditer(head) if is_familiar(match["first"] or match["second"])), None
    )
    before = head[: found.start()] if found else ""
    if not found or not before.strip():
        return False
    is_talk = not re.search(r"^(?:#{1,6}[ \t]|---|\+\+\+|```)", before, re.MULTILINE)
    advice = "Remove it." if is_talk else "Move the frontmatter to the top by hand, or remove what is not needed."
    message = f"Text stands before the frontmatter: “{shortened(before)}”. {advice}"
    draft.report("text-before-frontmatter", message, clear=is_talk)
    if is_talk:
        draft.replace(0, found.start(), "")
    return is_talk


def _opening_fence(draft: Draft) -> bool:
    """Keys in the first lines, but no --- above them, or another sign than ---."""
    misspelt = _MISSPELT_FENCE.match(draft.text)
    start = _blank_from(draft.text, misspelt)
    keys = _familiar_keys(draft.text, start)
    if keys < (1 if misspelt else 2):
        return False
    message = "The frontmatter does not begin with a line ---. Put one above its first key."
    draft.report("missing-opening-fence", message)
    if misspelt:
        draft.replace(0, misspelt.end(), "---")
    else:
        draft.replace(0, 0, "---" + draft.newline)
    return True


def _closing_fence(draft: Draft) -> bool:
    """Keys that go over into prose with no --- between them, or another sign than ---."""
    opening = _FENCE.match(draft.text)
    if not opening or not _familiar_keys(draft.text, opening.end()):
        return False
    end, stop = _keys_end(draft.text, opening.end())
    if stop in ("fence", "far") or _goes_on(draft.text, end):
        return False
    message = "The frontmatter has no closing ---. Put a line --- below its last key."
    draft.report("missing-closing-fence", message, offset=max(end - 1, 0))
    if misspelt := _MISSPELT_FENCE.match(draft.text, end):
        draft.replace(end, misspelt.end(), "---")
    else:
        lead = "" if draft.text[end - 1] == "\n" else draft.newline
        draft.replace(end, end, lead + "---" + draft.newline)
    return True


def _heading_inside(draft: Draft) -> None:
    """A heading above the first line ---, with no key below it: that line parts the body and closes nothing."""
    opening = _FENCE.match(draft.text)
    if not opening or not _familiar_keys(draft.text, opening.end()):
        return
    at, stop = _keys_end(draft.text, opening.end())
    if stop != "fence":
        return
    last = opening.end()
    for match in _LINE.finditer(draft.text, opening.end(), at):
        last = match.end() if key_in(match.group()) else last
    headings = _HEADING_AFTER_BLANK.finditer(draft.text, last, at)
    if found := next((match for match in headings if not key_in(match["text"])), None):
        message = (
            f"The heading “{shortened(found['text'])}” stands above the --- that should close the frontmatter. "
            "Put a line --- below the last key."
        )
        draft.report("missing-closing-fence", message, offset=found.start("heading"), clear=False)


def _keys_end(text: str, start: int) -> tuple[int, str]:
    """Where the keys that begin at this offset end, and what stands there: "fence", "text", "end" (of the file), or
    "far" if they do not end within HEAD_MAX.

    Blank lines and lines with # belong to the keys only if another key comes below them; after a blank line that
    must be one that we know, since prose has labels with colons too."""
    at = end = start
    blank = False
    while at < min(len(text), HEAD_MAX):
        line = _line(text, at)
        if _ANY_FENCE.match(text, at):
            return at, "fence"
        name = key_in(line)
        if not line.strip():
            blank = True
        elif _MISSPELT_FENCE.match(line) or _BARE_CODE_FENCE.match(line):
            return at, "text"
        elif (name and not blank) or is_written_as_key(name) or (line[0] in " \t-" and not blank):
            end, blank = at + len(line), False
        elif line[0] != "#":
            return end, "text"
        at += len(line)
    return end, "end" if at >= len(text) else "far"


def _familiar_keys(text: str, start: int) -> int:
    """How many lines with a key that we know the block at this offset begins with."""
    end, _ = _keys_end(text, start)
    return sum(is_familiar(key_in(line)) for line in text[start:end].split("\n"))


def _goes_on(text: str, start: int) -> bool:
    """Whether the block goes on below lines that are no keys: a fence follows them at once, or further keys do."""
    blank = False
    for line in text[start:HEAD_MAX].split("\n"):
        if _ANY_FENCE.match(line):
            return not blank
        if is_written_as_key(key_in(line)):
            return True
        blank = blank or not line.strip()
    return False


def _line(text: str, at: int) -> str:
    end = text.find("\n", at)
    return text[at:] if end < 0 else text[at : end + 1]


def _blank_from(text: str, match: re.Match[str] | None) -> int:
    """The offset of the first sign after a match and the blank that follows it."""
    start = match.end() if match else 0
    blank = _BLANK.match(text, start)
    return blank.end() if blank else start


def _fence_like(line: str) -> str:
    """A line --- with the line end of this one."""
    return "---" + line[len(line.rstrip("\r\n")) :]


Step = Callable[[Draft], bool]
WITHOUT_OPENING: tuple[Step, ...] = (
    _line_ends,
    _blank_before,
    _code_fence,
    _text_before,
    _opening_fence,
    propose_frontmatter,
)
WITHOUT_CLOSING: tuple[Step, ...] = (_line_ends, _closing_fence)
