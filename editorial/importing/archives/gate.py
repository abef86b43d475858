"""What the entries of every archive go through, zip or tar: counted, judged by name and kind, told apart. Pure."""

import enum
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ..files import SUFFIXES, IncomingFile, too_large
from .names import defused, numbered, shown, tidy, unsafe

RATIO_COUNTS_FROM = 100_000  # bytes unpacked: below that a high ratio means a short, even text, not a bomb

_ARCHIVE_NAME = re.compile(r"\.(?:zip|jar|7z|rar|cab|tar|t?(?:gz|bz2?|xz|zst)|lzma|lz4)$", re.IGNORECASE)
ARCHIVE_STARTS = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07")

OnSidecar = Callable[[IncomingFile], None]


class ArchiveError(ValueError):
    """The archive as a whole is refused; the message is for an editor: what was found, the limit, what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one archive may hold. Sizes are bytes after unpacking; `max_entries` counts entries of every
    kind; `max_ratio` is unpacked bytes for each packed one."""

    max_file_bytes: int
    max_entries: int
    max_total_bytes: int
    max_ratio: int


class Kind(enum.Enum):
    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    SPECIAL = "special"


@dataclass(slots=True)
class Gate:
    """Keeps the count of one archive and says of each entry what becomes of it."""

    limits: Limits
    entries: int = 0
    unpacked: int = 0
    packed: int = 0
    _names: Counter[str] = field(default_factory=Counter)

    def admit(self, name: str, kind: Kind) -> str | IncomingFile | None:
        """The path under which to read the entry; or a file that only says why it is refused; or None for what
        is passed over (folders, files that are no articles, what macOS adds).

        A path is relative, has no “..”, and is given out once: the second article of a name gets a number.
        Raises ArchiveError past the limit of entries."""
        self._count_entry()
        if is_junk(name):
            return None
        if reason := unsafe(name) or _unwanted(name, kind):
            return refused(name, f"This entry of the archive was refused: {reason}. Change that and pack it again.")
        path = tidy(name)
        if kind is Kind.FOLDER or not (is_article(path) or is_sidecar(path)):
            return None
        return path if is_sidecar(path) else self._unused(path)

    def count(self, unpacked: int, packed: int) -> None:
        """Add what was unpacked for one entry, counted in real bytes, and what it was unpacked from. Raises
        ArchiveError for a bomb: too much in all, or out of too little."""
        self.unpacked += unpacked
        self.packed += packed
        if self.unpacked > self.limits.max_total_bytes:
            raise ArchiveError(
                f"The archive unpacks to more than {self.limits.max_total_bytes:,} bytes, which is the limit. "
                "Divide it into several archives."
            )
        check_ratio(unpacked, packed, self.limits)
        check_ratio(self.unpacked, self.packed, self.limits)

    def _count_entry(self) -> None:
        self.entries += 1
        if self.entries > self.limits.max_entries:
            raise too_many_entries(self.limits.max_entries)

    def _unused(self, path: str) -> str:
        self._names[path] += 1
        if self._names[path] == 1:
            return path
        return self._unused(numbered(path, self._names[path]))


def without_sidecars(files: Iterable[IncomingFile], on_sidecar: OnSidecar | None) -> Iterator[IncomingFile]:
    """The articles; sidecars go to `on_sidecar` when they come."""
    for file in files:
        if not is_sidecar(file.path):
            yield file
        elif on_sidecar:
            on_sidecar(file)


def check_ratio(unpacked: int, packed: int, limits: Limits) -> None:
    """Raises ArchiveError if so many bytes can't come honestly out of so few."""
    if unpacked > RATIO_COUNTS_FROM and unpacked > packed * limits.max_ratio:
        raise ArchiveError(
            f"The archive unpacks to more than {limits.max_ratio} times its size, as no text does: it may be a "
            "“zip bomb”, made to fill the memory. Find out where it comes from; nothing more was read of it."
        )


def too_many_entries(limit: int) -> ArchiveError:
    return ArchiveError(
        f"The archive has more than {limit:,} entries, which is the limit. Divide it into several archives."
    )


def refused(name: str, reason: str, path: str = "") -> IncomingFile:
    """A file of the run that is nothing but the reason why it can't be read."""
    return IncomingFile(path or defused(name), name=shown(name), error=reason)


def taken(path: str, data: bytes, limits: Limits) -> IncomingFile:
    """An entry's bytes as a file of the run; `data` may be one byte longer than the limit, never more."""
    if len(data) > limits.max_file_bytes:
        return refused(path, too_large_at_least(limits.max_file_bytes), path)
    if data.startswith(ARCHIVE_STARTS):
        return refused(path, "By its content this file is an archive, not text. Unpack it and give its files.", path)
    return IncomingFile(path, data)


def too_large_at_least(limit: int) -> str:
    """The sentence for a file whose reading was given up past the limit; bytes."""
    return too_large(limit + 1, limit).replace("The file has ", "The file has at least ", 1)


def is_article(path: str) -> bool:
    return path.lower().endswith(SUFFIXES)


def is_sidecar(path: str) -> bool:
    """Whether it is a file that tells about others: `batch.json` about a run, `x.sources.json` about an article."""
    name = PurePosixPath(path).name.lower()
    return name == "batch.json" or name.endswith(".sources.json")


def is_junk(name: str) -> bool:
    """Whether macOS added it: resource forks (`__MACOSX/`, `._x.md`) and `.DS_Store`."""
    parts = name.split("/")
    return "__MACOSX" in parts or parts[-1] == ".DS_Store" or parts[-1].startswith("._")


def _unwanted(name: str, kind: Kind) -> str:
    if kind is Kind.LINK:
        return "it is a link to another file, and links are not followed"
    if kind is Kind.SPECIAL:
        return "it is not a plain file"
    if kind is Kind.FILE and _ARCHIVE_NAME.search(name):
        return "it is an archive itself; unpack it and give its files"
    return ""
