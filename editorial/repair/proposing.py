"""Values for keys that are missing: the title from a heading, tags from a line of #tags, date and slug from the
file's name."""

import datetime
import re

from digest.slugs import slugify

from ..frontmatter import tags_of
from ..frontmatter.spelling import quoted
from .draft import Draft, shortened

BODY_MAX = 64_000  # characters of the body that are searched

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<text>[^\n]{1,500})", re.MULTILINE)
_CLOSING_SIGNS = re.compile(r"(?<=[ \t])#+\Z")
_CODE_BLOCK = re.compile(r"^(```|~~~)[^\n]*\n.*?(?:^\1[^\n]*$|\Z)", re.MULTILINE | re.DOTALL)
_TAG = r"#[^\W_][\w+.-]*#?"
_TAG_LINE = re.compile(
    rf"^[ \t]*(?:\*{{0,2}}(?:hash)?tag[si]:?\*{{0,2}}:?[ \t]*)?(?P<tags>{_TAG}(?:[ \t,]+{_TAG})+)[ \t]*\r?$",
    re.MULTILINE | re.IGNORECASE,
)
_DATE = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")


def title_in(body: str) -> str:
    """The text of the first heading that does not stand in a code block, "" if there is none."""
    heading = _HEADING.search(_CODE_BLOCK.sub("", body[:BODY_MAX]))
    if not heading:
        return ""
    text = _CLOSING_SIGNS.sub("", heading["text"].strip())
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text)).strip()


def tags_in(body: str) -> tuple[str, ...]:
    """The tags of the first line that holds nothing but two or more #tags."""
    line = _TAG_LINE.search(body[:BODY_MAX])
    return tags_of(line["tags"]) if line else ()


def date_in(name: str) -> datetime.date | None:
    """The first date of a file's name, as in 2026-04-02-title.md."""
    for year, month, day in _DATE.findall(_stem(name)):
        try:
            return datetime.date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def slug_in(name: str) -> str:
    """The file's name without folder, ending and date, as a slug."""
    return slugify(_DATE.sub("-", _stem(name)))


def propose_frontmatter(draft: Draft) -> bool:
    """Put a block before a text that has none, if heading, tags and file name say enough for all its keys."""
    title, tags, date = title_in(draft.text), tags_in(draft.text), date_in(draft.name)
    if not title and not tags:
        message = f"The file has no frontmatter, no heading and no tags: it begins “{shortened(draft.text)}”. "
        draft.report("no-article", message + "Generate it again.", clear=False)
        return False
    slug = slug_in(draft.name) or slugify(title)
    found = {
        "title": (title, "title from the first heading"),
        "publishedAt": (date.isoformat() if date else "", "date from the file's name"),
        "slug": (slug, "slug from the file's name" if slug_in(draft.name) else "slug from the title"),
        "hashtags": (" ".join(f"#{tag}" for tag in tags), "tags from the line of tags"),
    }
    absent = [key for key, (value, _) in found.items() if not value]
    origins = ", ".join(origin for value, origin in found.values() if value)
    if absent:
        message = (
            f"The file has no frontmatter, and nothing in it tells {' and '.join(absent)}. Write the block by hand."
        )
        draft.report("no-frontmatter", message, clear=False)
        return False
    draft.report("no-frontmatter", f"The file has no frontmatter. A block is proposed: {origins}. Check it.")
    lines = ["---", *(f"{key}: {quoted(value)}" for key, (value, _) in found.items()), "---", ""]
    draft.replace(0, 0, "".join(line + draft.newline for line in lines))
    return True


def _stem(name: str) -> str:
    return re.sub(r"\.\w{1,8}\Z", "", name.replace("\\", "/").rpartition("/")[2])
