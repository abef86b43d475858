"""The diagnosis of a file: all causes together, and one proposal that puts them all right, or none."""

import difflib
import re
from collections import Counter
from dataclasses import dataclass

from ..frontmatter import Decoded, Frontmatter, decode
from .draft import Draft, Problem, shortened
from .meaning import mend_meaning
from .syntax import mend_syntax
from .wrapping import mend_wrapping

CONTEXT = 3  # unchanged lines around a change in the diff
PAIRS_MAX = 1_000_000  # pairs of equal lines; about 0.3 s
HEAD_LINES = 200  # what is shown of a file that is too repetitive to compare as a whole
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_ENCODING_NAMES = {
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1250": "Windows-1250 (Central European)",
    "cp1252": "Windows-1252 (Western European)",
    "latin-1": "Latin-1",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found in a file, those that need a repair first, each in the order of lines.

    `proposal` is the repaired file where the meaning of every needed problem is clear, else None; `diff` is the
    unified diff of the text to it, "" without one."""

    problems: tuple[Problem, ...]
    proposal: bytes | None = None
    diff: str = ""

    @property
    def ok(self) -> bool:
        """Whether the file can be used as it is."""
        return not any(problem.needed for problem in self.problems)


def diagnose(data: bytes, *, name: str = "") -> Diagnosis:
    """Examine a file's bytes; its name helps with a missing date and slug. Never raises.

    A proposal changes nothing but what the problems name; examined in turn it is ok."""
    decoded = decode(data)
    draft = _examined(decoded, name)
    problems = tuple(sorted(draft.problems, key=lambda problem: (not problem.needed, problem.line, problem.column)))
    if draft.unclear or not any(problem.needed for problem in problems):
        return Diagnosis(problems)
    proposal = decoded.encode(draft.text) if decoded.encoding == "utf-8" else draft.text.encode("utf-8")
    again = _examined(decode(proposal), name)
    if proposal == data or any(problem.needed for problem in again.problems):
        return Diagnosis(problems)
    return Diagnosis(problems, proposal, _diff(_as_seen(data, decoded), draft.text, name))


def _examined(decoded: Decoded, name: str) -> Draft:
    draft = Draft(decoded.text, name)
    _refuse_what_is_no_text(draft)
    if draft.unclear:
        return draft
    _name_encoding(draft, decoded)
    mend_wrapping(draft)
    mend_syntax(draft)
    front = draft.read()
    if isinstance(front, Frontmatter):
        mend_meaning(draft)
    elif not draft.unclear:
        draft.report(front.cause, front.message, line=front.line, key=front.key, clear=False)
    return draft


def _refuse_what_is_no_text(draft: Draft) -> None:
    text = draft.text
    if not text.strip("\ufeff \t\r\n"):
        draft.report("empty-file", "The file is empty. Generate it again.", clear=False)
        return
    controls = _CONTROLS.findall(text[:10_000])
    if "\x00" in text or len(controls) > 5:
        first = _CONTROLS.search(text)
        message = "The file holds bytes that no text has; it may be an image or an archive. Deliver a Markdown file."
        draft.report("binary-file", message, offset=first.start() if first else 0, clear=False)


def _name_encoding(draft: Draft, decoded: Decoded) -> None:
    if decoded.bom and decoded.encoding == "utf-8":
        message = "The file begins with a byte order mark. It does no harm here; other programs stumble over it."
        draft.report("byte-order-mark", message, needed=False)
    if decoded.encoding in _ENCODING_NAMES:
        name = _ENCODING_NAMES[decoded.encoding]
        sign = re.search(r"[^\x00-\x7f]", decoded.text)
        message = f"The file is in {name}, not in UTF-8. Look whether its letters are right, then take it as UTF-8."
        cause = "utf-16" if name == "UTF-16" else "not-utf-8"
        draft.report(cause, message, offset=sign.start() if sign and cause == "not-utf-8" else 0)
    elif (at := decoded.broken_at) >= 0:
        near = shortened(decoded.text[max(0, at - 30) : at])
        message = f"After “{near}” stands a byte that is no letter in UTF-8. Put in the letter that belongs there."
        draft.report("wrong-bytes", message, offset=at, clear=False)


def _as_seen(data: bytes, decoded: Decoded) -> str:
    """The text before the repair; of a Windows code page as a program sees it that expects UTF-8."""
    if decoded.encoding.startswith(("cp", "latin")):
        return data.decode("utf-8", "replace")
    return decoded.text


def _pairs(before: list[str], after: list[str]) -> int:
    counts = Counter(after)
    return sum(count * counts[line] for line, count in Counter(before).items())


def _diff(old: str, new: str, name: str) -> str:
    """Unified diff by lines; the equal end, mostly the whole body, is left out before it is computed."""
    before, after = _LINE.findall(old), _LINE.findall(new)
    same = 0
    while same < min(len(before), len(after)) and before[-1 - same] == after[-1 - same]:
        same += 1
    cut = max(same - CONTEXT, 0)
    before, after = before[: len(before) - cut], after[: len(after) - cut]
    if _pairs(before, after) > PAIRS_MAX:  # comparing costs what equal lines there are to pair
        before, after = before[:HEAD_LINES], after[:HEAD_LINES]
    file = shortened(name) or "file"
    lines = difflib.unified_diff(before, after, f"{file} (delivered)", f"{file} (repaired)", n=CONTEXT)
    text = "".join(line if line.endswith("\n") else line + "\n" for line in lines)
    return re.sub("[\ud800-\udfff]", "\ufffd", text)
