"""Plain text with some of its words marked, as safe HTML."""

from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def marked(text: str, places: Iterable[tuple[int, int]]) -> SafeString:
    """`text`, escaped, with a `<mark>` around each of its `places`: (begin, end) in characters, in order, none within
    another. The marks are the only markup, whatever the text says."""
    parts, done = [], 0
    for begin, end in places:
        parts += [escape(text[done:begin]), "<mark>", escape(text[begin:end]), "</mark>"]
        done = end
    return mark_safe("".join([*parts, escape(text[done:])]))  # noqa: S308
