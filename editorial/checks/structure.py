"""Checks of structure: stories and their parts, labels, what stands before them and how the text ends."""

import datetime
import re
from collections.abc import Iterator

from ..document import LabelShape, Part, PartKind, Story
from ..labels import LABELS
from .piece import Piece, shortened
from .registry import Check, Context, Finding, Fix, Severity, register

CARE_SINCE = datetime.date(2026, 3, 14)  # "Why do I care" took the place of Tradeoffs
DISCLAIMER_UNTIL = datetime.date(2026, 2, 28)  # required until then, unwanted since CARE_SINCE
STUB_WORDS = 150
STORIES_NAMED = 3  # that lack a part: more are one finding
LABEL_OF = {kind: labels[0] for kind, labels in LABELS["en"].items()}  # the house's labels, in texts of any language
STORY_PARTS = frozenset({PartKind.TLDR, PartKind.SUMMARY, PartKind.TAKEAWAYS, PartKind.TRADEOFFS, PartKind.CARE})
_IN_TEXT = (LabelShape.BOLD, LabelShape.PLAIN)
_NO_STORY = re.compile(
    r"(?:(?:in-depth |detailed )?summary|disclaimer|zastrzeżeni\w+|conclusions?|closing\b.*|wrap(?:ping)?[ -]up"
    r"|final thoughts|podsumowanie|wnioski|quick (?:links|hits|bites)|(?:other|more|further|additional)\b.*|references"
    r"|sources?|źródła|zakończenie|introduction|intro|wstęp|wprowadzenie|(?:tools?|jobs?|quotes?) of the week"
    r"|(?:narzędzi[ae]|oferty|cytat) tygodnia|sponsor\w*(?: section)?|od sponsor\w*|from our sponsors?"
    r"|(?:w skrócie|krótko|inne|pozostałe|na koniec)(?: linki| newsy| wiadomości)?|in brief|briefly)\W*",
    re.IGNORECASE,
)


def real_stories(piece: Piece) -> tuple[Story, ...]:
    """The stories with a heading, without conclusions, lists of further links and the like, and without a title that
    has nothing but the TLDR of all under it."""
    titles = piece.titled[:1] if len(piece.titled) > 1 and _is_title(piece.titled[0]) else ()
    return tuple(story for story in piece.titled if story not in titles and not _NO_STORY.fullmatch(story.title))


def _is_title(story: Story) -> bool:
    kinds = [(part.kind, part.shape) for part in story.parts]
    return kinds == [(PartKind.TLDR, LabelShape.HEADING)]


def is_one_story(piece: Piece) -> bool:
    """Whether the headings are sections of one story: its labels are headings ("## TLDR"), too, and there is but
    one section or fewer than half of them have labels of their own."""
    stories = real_stories(piece)
    own = [part for part in _parts(piece) if part.kind in STORY_PARTS]
    labelled = sum(
        any(part.kind in STORY_PARTS and part.shape in _IN_TEXT for part in story.parts) for story in stories
    )
    is_essay = len(stories) == 1 or labelled * 2 < len(stories)
    return is_essay and any(part.shape is LabelShape.HEADING for part in own)


@register(code="story-none", severity=Severity.BLOCK)
def story_none(piece: Piece, context: Context) -> Iterator[Finding]:
    """The text has no story: no heading that begins one."""
    if not piece.titled:
        message = "The text has no story, that is no heading (##) with a text under it. Generate it again."
        yield Finding(message, piece.place(piece.start, piece.start))


@register(code="body-stub", severity=Severity.BLOCK)
def body_stub(piece: Piece, context: Context) -> Iterator[Finding]:
    """A text of under 150 words without any link: a stub."""
    is_short = len(piece.text) - piece.start < STUB_WORDS * 20
    if is_short and not piece.addresses and piece.body.word_count < STUB_WORDS:
        message = f"The text has {piece.body.word_count} words and no link: a stub. Generate it again or reject it."
        yield Finding(message, piece.place(piece.start, piece.start))


def _missing(*kinds: PartKind) -> Check:
    """The check for stories that have none of these parts."""

    def check(piece: Piece, context: Context) -> Iterator[Finding]:
        stories = real_stories(piece)
        without = [story for story in stories if not any(part.kind in kinds for part in story.parts)]
        if is_one_story(piece):
            without = without[:1] if not any(part.kind in kinds for part in _parts(piece)) else []
        label = LABEL_OF[kinds[0]]
        if len(without) > STORIES_NAMED:
            lines = ", ".join(str(story.place.line) for story in without)
            message = f"{len(without)} of {len(stories)} stories have no part “{label}” (lines {shortened(lines)})."
            yield Finding(f"{message} Add one to each.", without[0].heading_place, without[0].title)
            return
        for story in without:
            message = f"The story “{shortened(story.title)}” has no part “{label}”. Add it."
            yield Finding(message, story.heading_place, story.title)

    return check


register(code="tldr-missing", severity=Severity.WARN, about="A story without TLDR.")(_missing(PartKind.TLDR))
register(code="takeaways-missing", severity=Severity.WARN, about="A story without key takeaways.")(
    _missing(PartKind.TAKEAWAYS)
)
register(
    code="tradeoffs-missing",
    severity=Severity.WARN,
    until=CARE_SINCE - datetime.timedelta(days=1),
    about="A story without Tradeoffs (asked for until 2026-03-13).",
)(_missing(PartKind.TRADEOFFS, PartKind.CARE))
register(
    code="care-missing",
    severity=Severity.WARN,
    since=CARE_SINCE,
    about="A story without “Why do I care” (asked for since 2026-03-14).",
)(_missing(PartKind.CARE))


@register(code="story-link-missing", severity=Severity.WARN)
def story_link_missing(piece: Piece, context: Context) -> Iterator[Finding]:
    """A story without any link; an article without any has `link-none` instead."""
    stories = real_stories(piece) if piece.addresses and not is_one_story(piece) else ()
    without = [story for story in stories if not any(link.target and not link.is_image for link in story.links)]
    if len(without) > STORIES_NAMED:
        message = f"{len(without)} of {len(stories)} stories have no link. Add the source of each."
        yield Finding(message, without[0].heading_place, without[0].title)
        return
    for story in without:
        message = f"The story “{shortened(story.title)}” has no link. Add its source."
        yield Finding(message, story.heading_place, story.title)


@register(code="disclaimer-missing", severity=Severity.INFO, until=DISCLAIMER_UNTIL)
def disclaimer_missing(piece: Piece, context: Context) -> Iterator[Finding]:
    """No Disclaimer in a text from the time that required one (until 2026-02-28)."""
    small = piece.small
    told = any(word in small[-600:] for word in ("generated", "curated", "verify", "original source"))
    if not piece.disclaimers and not told and "disclaimer" not in small:
        place = piece.place(len(piece.text), len(piece.text))
        yield Finding("The text has no Disclaimer; until March 2026 the house asked for one. Add it.", place)


@register(code="disclaimer-unwanted", severity=Severity.WARN, since=CARE_SINCE)
def disclaimer_unwanted(piece: Piece, context: Context) -> Iterator[Finding]:
    """A Disclaimer in a text from the time that has none (since 2026-03-14)."""
    for start, end in piece.disclaimers:
        message = "The text has a Disclaimer; the site says itself what a machine wrote. Remove it."
        yield Finding(message, piece.place(start, end), shortened(piece.text[start:end]))


@register(code="preamble", severity=Severity.WARN)
def preamble(piece: Piece, context: Context) -> Iterator[Finding]:
    """Text before the first story."""
    before = piece.body.preamble
    if before.parts and piece.titled and piece.stories[0].level:
        first, last = before.parts[0], before.parts[-1]
        text = piece.text[first.start : last.end]
        if text.strip():
            message = f"Text stands before the first story: “{shortened(text)}”. Put it into a story or cut it."
            yield Finding(message, piece.place(first.start, last.end), shortened(text))


@register(code="heading-repeats-title", severity=Severity.WARN, fix=Fix.SAFE)
def heading_repeats_title(piece: Piece, context: Context) -> Iterator[Finding]:
    """A heading of level one at the start that repeats the title."""
    first = piece.body.preamble
    if first.level == 1 and piece.title and _same(first.title, piece.title):
        end = first.heading_end
        while end < len(piece.text) and piece.text[end] in "\r\n":
            end += 1
        message = "The first heading repeats the title. Remove it."
        yield Finding(message, piece.place(first.start, end), piece.text[first.start : end], fix="")


def _same(one: str, other: str) -> bool:
    return re.findall(r"\w+", one.casefold()) == re.findall(r"\w+", other.casefold())


def _parts(piece: Piece) -> Iterator[Part]:
    for story in (piece.body.preamble, *piece.stories):
        yield from (part for part in story.parts if part.kind in LABEL_OF)


@register(code="label-localised", severity=Severity.WARN, fix=Fix.SAFE)
def label_localised(piece: Piece, context: Context) -> Iterator[Finding]:
    """A label in another language than the house's labels are in."""
    for part in _parts(piece):
        if part.label_languages and "en" not in part.label_languages:
            label = LABEL_OF[part.kind]
            message = f"The label “{part.label}” is not the house's. Write “{label}”."
            yield _relabelled(piece, part, message)


@register(code="label-not-bold", severity=Severity.WARN, fix=Fix.SAFE)
def label_not_bold(piece: Piece, context: Context) -> Iterator[Finding]:
    """A label that is plain or a heading, not bold."""
    for part in _parts(piece):
        if part.shape in (LabelShape.PLAIN, LabelShape.HEADING):
            way = "plain text" if part.shape is LabelShape.PLAIN else "a heading"
            message = f"The label “{part.label}” is {way}. Write it bold: **{LABEL_OF[part.kind]}:**."
            yield _relabelled(piece, part, message)


def _relabelled(piece: Piece, part: Part, message: str) -> Finding:
    """A finding that writes the house's label in bold, where the label is all that stands on its place."""
    raw = piece.text[part.start : part.text_start]
    lead = raw[: len(raw) - len(raw.lstrip(" "))]
    gap = raw[len(raw.rstrip(" \t\r\n")) :]
    clean = "\n" not in raw.strip() and not raw.lstrip().startswith(("*", "_")) or raw.lstrip().startswith(("**", "__"))
    fix = f"{lead}**{LABEL_OF[part.kind]}:**{gap or ''}" if clean else None
    return Finding(message, piece.place(part.start, part.text_start), raw, fix=fix)


@register(code="section-duplicated", severity=Severity.WARN)
def section_duplicated(piece: Piece, context: Context) -> Iterator[Finding]:
    """A story with two parts of one kind."""
    for story in piece.stories:
        seen: set[PartKind] = set()
        for part in story.parts:
            if part.kind in seen and part.kind not in (PartKind.LINK, PartKind.OTHER):
                message = f"The part “{part.label}” is there twice in one story. Keep one."
                yield Finding(message, part.place, part.label)
            seen.add(part.kind)
