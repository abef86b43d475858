"""What a check is: a registered function over one text that yields findings. Pure; `run` never raises."""

import datetime
import hashlib
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from itertools import islice
from typing import Any

from ..document import Document, Place
from ..text import Text
from .approved_tags import ApprovedTags
from .house import HouseLists
from .looks import Look
from .neighbours import Neighbours
from .piece import Piece

FINDINGS_MAX = 50  # of one check in one text: the rest says nothing new
LOG = logging.getLogger(__name__)


class Severity(StrEnum):
    """How much a finding weighs: BLOCK refuses approval, WARN is shown and counted, INFO is shown."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


class Fix(StrEnum):
    """SAFE: the meaning cannot change, a machine may apply it. SUGGESTION: an editor accepts it."""

    SAFE = "safe"
    SUGGESTION = "suggestion"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    `message` is a sentence that says what and what to do. `place` is where, in bytes, line and column of the file (of
    a Text: of its body); `field` is the frontmatter key concerned, "" for the body. `what` is the text concerned as it
    stands there. `fix` is the replacement for exactly that place, for a field its whole new value (in `hashtags`: the
    tag that takes the place of the tag `what`, "" for none; `what` is "" for a tag to add). `fingerprint` names code
    and passage: it stays while the paragraph stays, wherever it moves, and changes with it, so a waiver can hold on to
    it. Equal passages with equal findings have equal fingerprints. `other` is the key of the article that it names.
    """

    message: str
    place: Place
    what: str = ""
    field: str = ""
    fix: str | None = None
    code: str = ""
    severity: Severity = Severity.INFO
    fix_kind: Fix | None = None
    fingerprint: str = ""
    version: int = 1
    other: int | None = None

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.BLOCK

    def as_line(self, name: str) -> str:
        """The finding for people: severity, place in the file `name`, sentence, code."""
        mark = f"{self.code}, {self.fix_kind} fix" if self.fix_kind else self.code
        return f"{self.severity} {name}:{self.place.line}: {self.message} [{mark}]"

    def as_json(self) -> dict[str, Any]:
        """The finding as values that JSON holds; line and column 1-based, `offset` and `end` in bytes of the file."""
        values: dict[str, Any] = asdict(self)
        place: dict[str, int] = values.pop("place")
        return {**values, **place}


@dataclass(frozen=True)
class Context:
    """What a check may know besides the text. Nothing in it comes from a clock.
    `neighbours` is what the desk knows of other articles.

    `date` is that of the article where it is not in the text itself; `delivered` the day on which the file came.
    `overrides` gives a code another severity, or None to switch the check off. `sources` are the texts that the
    article was made from, by address. `marks` says which of the tags that name no subject (`generated`, a language) the
    file of a Text has, None where nobody knows; a Document has them itself. `approved_tags` are those of texts that
    were approved. `looks` is what was found at the links' addresses, by address.
    """

    house: HouseLists
    today: datetime.date
    date: datetime.date | None = None
    delivered: datetime.date | None = None
    overrides: Mapping[str, Severity | None] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    neighbours: Neighbours = Neighbours()
    marks: frozenset[str] | None = None
    approved_tags: ApprovedTags = ApprovedTags()
    looks: Mapping[str, Look] = field(default_factory=dict)


Check = Callable[[Piece, Context], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A registered check. `languages` is empty for all; `since` and `until` are the first and the last day of
    publication that the house rule holds for; `version` grows whenever the same text may give other findings."""

    code: str
    severity: Severity
    check: Check
    languages: tuple[str, ...]
    since: datetime.date | None
    until: datetime.date | None
    fix: Fix | None
    version: int
    about: str
    group: str

    def holds_for(self, piece: Piece, day: datetime.date) -> bool:
        return (
            (not self.languages or piece.language in self.languages)
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
        )


RULES: dict[str, Rule] = {}


def register(
    *,
    code: str,
    severity: Severity,
    about: str = "",
    languages: tuple[str, ...] = (),
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    fix: Fix | None = None,
    version: int = 1,
) -> Callable[[Check], Check]:
    """Make a function a check of this code. `about` says in a few words what it finds; without it the first line of
    the docstring does. Raises ValueError for a code that is taken."""

    def registered(check: Check) -> Check:
        if code in RULES:
            raise ValueError(f"The code {code} is taken by another check.")
        words = about or (check.__doc__ or "").strip().partition("\n")[0]
        group = check.__module__.partition(".checks.")[2].partition(".")[0] or "other"
        RULES[code] = Rule(code, severity, check, languages, since, until, fix, version, words, group)
        return check

    return registered


def versions() -> dict[str, int]:
    """The version of each check, by code."""
    return {code: rule.version for code, rule in RULES.items()}


def run(document: Document | Text | Piece, context: Context, *, codes: Collection[str] | None = None) -> list[Finding]:
    """All findings of a text, or those of some codes, the gravest first, then by place. A check that raises is
    logged, gives one finding of code `check-failed` and stops no other."""
    piece = document if isinstance(document, Piece) else Piece.of(document)
    day = context.date or piece.date or context.today
    rules = [rule for code, rule in RULES.items() if codes is None or code in codes]
    found = [finding for rule in rules for finding in _findings(rule, piece, context, day)]
    return sorted(found, key=lambda finding: (finding.severity.rank, finding.place.offset, finding.code))


def _findings(rule: Rule, piece: Piece, context: Context, day: datetime.date) -> list[Finding]:
    severity = context.overrides.get(rule.code, rule.severity)
    if severity is None or not rule.holds_for(piece, day):
        return []
    try:
        found = list(islice(rule.check(piece, context), FINDINGS_MAX))
    except Exception:  # whatever a check did wrong, the others still run
        LOG.exception("The check %s failed", rule.code)
        message = f"The check {rule.code} failed on this text. Nothing is said about it; tell the operator."
        return [Finding(message, piece.place(0, 0), rule.code, code="check-failed")]
    if rule.fix is Fix.SAFE:
        found = [_kept_off(each, piece) for each in found]
    return [
        replace(
            each,
            code=rule.code,
            severity=severity,
            fix_kind=rule.fix if each.fix is not None else None,
            fingerprint=_fingerprint(rule.code, each, piece),
            version=rule.version,
        )
        for each in found
    ]


def _kept_off(finding: Finding, piece: Piece) -> Finding:
    """The finding, without its fix where that would change code or a quotation."""
    is_inside = finding.fix is not None and not finding.field and piece.is_kept(finding.place)
    return replace(finding, fix=None) if is_inside else finding


def _fingerprint(code: str, finding: Finding, piece: Piece) -> str:
    passage = "" if finding.field else piece.passage(finding.place)
    other = [] if finding.other is None else [str(finding.other)]
    parts = "\0".join((code, finding.field, finding.what, passage, *other))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]
