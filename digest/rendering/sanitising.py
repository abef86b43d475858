"""The last step: whatever the renderer made, only the elements, attributes and address schemes named here pass."""

import nh3

from digest.rendering.urls import LINK_SCHEMES, OUTSIDE_REL

_TEXT = {"a", "br", "code", "del", "em", "img", "input", "strong"}
_BLOCKS = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
_TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
TAGS = frozenset(_TEXT | _BLOCKS | _TABLES)
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "input": {"aria-label", "checked"},
    "ol": {"start"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
ATTRIBUTE_VALUES: dict[str, dict[str, set[str]]] = {
    "a": {"rel": {OUTSIDE_REL}},
    "td": {"align": {"left", "center", "right"}},
    "th": {"align": {"left", "center", "right"}},
}
FORCED_VALUES = {"input": {"type": "checkbox", "disabled": ""}}
"""Should an `<input>` ever come from anywhere but a task list, it is still a box that nobody can use."""

_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes=ATTRIBUTES,
    tag_attribute_values=ATTRIBUTE_VALUES,
    set_tag_attribute_values=FORCED_VALUES,
    url_schemes=set(LINK_SCHEMES),
    link_rel=None,
)


def sanitise(html: str) -> str:
    """`html` with everything outside the allow-list taken out."""
    return _CLEANER.clean(html)
