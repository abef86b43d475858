"""The house list as the checks read it: a value made from rows (kind, value, replacement, note). Pure.

The rows are those of the HouseEntry table or of a CSV file with the same columns; unknown kinds are ignored.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import SplitResult

TAG_ALIAS, PERSONA, TRACKING_PARAMETER = "tag_alias", "persona", "tracking_parameter"
AGGREGATOR, REDIRECTOR, PHRASE = "aggregator", "redirector", "phrase"
COLUMNS = ("kind", "value", "replacement", "note")


@dataclass(frozen=True)
class HouseLists:
    """The editors' vocabulary, all in small letters.

    Tracking parameters may end in `*`. Hosts cover their subdomains and may go on with the beginning of a path
    (`example.org/link/`). Phrases may end in `*`, which stands for the rest of a word."""

    tag_aliases: Mapping[str, str]
    personas: frozenset[str] = frozenset()
    tracking_parameters: frozenset[str] = frozenset()
    aggregators: frozenset[str] = frozenset()
    redirectors: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, str]]) -> "HouseLists":
        """The lists that the rows hold, each row with `kind`, `value` and perhaps `replacement`."""
        values: dict[str, dict[str, str]] = {}
        for row in rows:
            value = (row.get("value") or "").strip().lower()
            if value:
                replacement = (row.get("replacement") or "").strip().lower()
                values.setdefault((row.get("kind") or "").strip(), {})[value] = replacement
        aliases = {alias: tag for alias, tag in values.get(TAG_ALIAS, {}).items() if tag and tag != alias}
        return cls(
            tag_aliases=aliases,
            personas=frozenset(values.get(PERSONA, {})),
            tracking_parameters=frozenset(values.get(TRACKING_PARAMETER, {})),
            aggregators=frozenset(values.get(AGGREGATOR, {})),
            redirectors=frozenset(values.get(REDIRECTOR, {})),
            phrases=tuple(values.get(PHRASE, {})),
        )

    @classmethod
    def of_csv(cls, text: str) -> "HouseLists":
        """The lists of a CSV text whose first line names the columns."""
        return cls.of(csv.DictReader(text.splitlines()))

    def merged_tag(self, tag: str) -> str:
        """The tag, in small letters, that the house writes for this one; aliases of aliases are followed."""
        tag = tag.lower()
        for _ in range(5):
            if tag not in self.tag_aliases:
                break
            tag = self.tag_aliases[tag]
        return tag

    def is_tracking(self, parameter: str) -> bool:
        parameter = parameter.lower()
        return parameter in self.tracking_parameters or bool(
            self._tracking_starts and parameter.startswith(self._tracking_starts)
        )

    def is_redirector(self, address: SplitResult) -> bool:
        return _covers(self.redirectors, address)

    def is_aggregator(self, address: SplitResult) -> bool:
        return _covers(self.aggregators, address)

    @cached_property
    def _tracking_starts(self) -> tuple[str, ...]:
        return tuple(name[:-1] for name in self.tracking_parameters if name.endswith("*") and len(name) > 1)

    @cached_property
    def phrase_stems(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """Each phrase as plain text to look for and as a pattern of whole words."""
        return tuple((phrase.rstrip("*"), _whole(phrase)) for phrase in self.phrases if phrase.strip("*"))


def _whole(phrase: str) -> re.Pattern[str]:
    stem = re.escape(phrase.rstrip("*"))
    return re.compile(rf"\b{stem}\w*" if phrase.endswith("*") else rf"\b{stem}\b")


def _covers(hosts: frozenset[str], address: SplitResult) -> bool:
    """Whether one of the hosts (with the beginning of a path, perhaps) is that of the address or above it."""
    try:
        host = (address.hostname or "").lower()
    except ValueError:
        return False
    if not host:
        return False
    labels = host.split(".")
    names = {".".join(labels[at:]) for at in range(len(labels))}
    if not names.isdisjoint(hosts):
        return True
    path = address.path.lower()
    return any(
        name.partition("/")[0] in names and path.startswith("/" + name.partition("/")[2])
        for name in hosts
        if "/" in name
    )
