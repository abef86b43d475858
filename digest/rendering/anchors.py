"""Anchors of headings: readable, stable, unique on the page."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from ..slugs import LETTERS

_RESERVED = """
    main content header footer nav menu top search query results article articles body title toc contents tags
    pagination feed feeds disclosure about help container page login logout messages errors form filters result text
    branding change-history changelist changelist-filter changelist-filter-extra-actions changelist-filter-header
    changelist-form changelist-search changes-title content-main content-related content-start deleted-objects
    django-admin-form-add-constants django-admin-popup-response-constants django-admin-prepopulated-fields-constants
    generated icon-auto icon-moon icon-sun login-form logout-form nav-filter nav-sidebar ours preview-title
    recent-actions-module searchbar site-name theirs toggle-nav-sidebar toolbar user-tools changelist-search-form
    date-hierarchy-label
    body-title conflict-count conflict-help conflict-help-close conflict-help-title conflict-keys
    conflict-keys-on conflict-said dismiss-title edit-title fields-title file-title found-title preview
    progress repair-title stray-title text-title waiting-title
    activity-title approve-form bulk-due bulk-priority bulk-to changes claims code-error code-help comments
    comments-resolved decide-error desk draft-notice draft-state editor findings findings-count findings-title
    history history-title imports-title intake layout-form log-action log-article log-batch log-from log-person
    log-q log-to mine new-link passage passage-after passage-before preview-frame preview-panel public-title
    queue-form queue-ticked review review-keys review-keys-close review-keys-on review-keys-title review-said said
    said-people save second-factor sessions stories tab-claims tab-comments tab-findings tab-history tab-preview
    tab-stories text-form view-name
"""
RESERVED_IDS = frozenset(_RESERVED.split())
"""Ids that pages use for themselves, Django's admin included; no anchor takes one, and a test walks the templates. An
id with an underscore or a capital needs no entry: anchors have neither."""
MAX_LENGTH = 80
"""Characters of an anchor before the number that makes it unique."""

_SEPARATORS = re.compile(r"[\W_]+")
_APOSTROPHES = re.compile(r"['’]")


class Heading(NamedTuple):
    """A heading of an article: its level from 1 to 6, its text without marks, the `id` it has on the page."""

    level: int
    text: str
    anchor: str


class Anchors:
    """Gives each heading of one text its anchor."""

    def __init__(self) -> None:
        self._taken = set(RESERVED_IDS)
        self._numbers: dict[str, int] = {}

    def anchor(self, text: str) -> str:
        """The anchor for a heading: its slug; with `-1`, `-2`, ... when an earlier heading or the page has that one.

        It depends on this heading and on earlier ones of the same slug (or of a numbered one like it), so it stays
        when others change."""
        base = slug(text)
        anchor = base
        while anchor in self._taken:
            self._numbers[base] = self._numbers.get(base, 0) + 1
            anchor = f"{base}-{self._numbers[base]}"
        self._taken.add(anchor)
        return anchor


def slug(text: str) -> str:
    """`text` in lower case, letters without marks (ł as l), everything else a hyphen; `section` when nothing is left.

    Letters of other scripts stay: they are as good in an `id`, and a link to them reads as it should."""
    text = _APOSTROPHES.sub("", text.casefold().translate(LETTERS))
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _SEPARATORS.sub("-", plain)[: MAX_LENGTH + 1].strip("-")[:MAX_LENGTH] or "section"
