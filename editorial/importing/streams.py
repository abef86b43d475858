"""A tar, or a single document, from a stream that is read once and forward, as standard input is. Pure but for
reading the stream; memory is bounded by one file."""

import bz2
import gzip
import lzma
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from .archives.gate import ArchiveError, Gate, Kind, Limits, OnSidecar, check_ratio, refused, taken, without_sidecars
from .archives.names import PATH_MAX, decode_name
from .files import IncomingFile, too_large

BLOCK = tarfile.BLOCKSIZE  # bytes
CHUNK = 65_536
HEADER_MAX = 1_000_000  # bytes of one extended header: names, times, attributes of one entry

_END_MARK = bytes(BLOCK)
_SKIPPED_HEADERS = (tarfile.GNUTYPE_LONGLINK, tarfile.XGLTYPE, b"V")  # a link's aim; what all share; a label
_PAX_HEADERS = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)
_RECORD_LENGTH = re.compile(rb"(\d{1,9}) ")
_NOT_READ = {b"PK\x03\x04": "zip", b"7z\xbc\xaf": "7z", b"Rar!": "rar", b"\x28\xb5\x2f\xfd": "Zstandard"}
_UNPACKERS: dict[bytes, Callable[[BinaryIO], Any]] = {
    b"\x1f\x8b": lambda packed: gzip.GzipFile(fileobj=packed),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
_DAMAGED = (EOFError, OSError, zlib.error, lzma.LZMAError, MemoryError)


def read_stream(
    stream: BinaryIO, *, name: str, limits: Limits, on_sidecar: OnSidecar | None = None
) -> Iterator[IncomingFile]:
    """The Markdown files of a tar (plain or packed by gzip, bzip2 or xz) in its order; or the one document that
    the stream is. Which of them is told by the content. A single document gets `name` as its path.

    Entries are judged as in `read_zip`: a bad one fails alone with an `error`, `on_sidecar` is given `batch.json`
    and `*.sources.json` files when they come, so whoever packs puts `batch.json` first. `limits.max_total_bytes` is
    about all bytes of the stream after unpacking.

    Raises ArchiveError when iterated: a stream that is broken, ends before the tar does, or is a bomb, or a kind
    of archive that can't be read from a stream. It may come after some files have."""
    try:
        source = _unpacked(_Source(stream, limits), limits)
        if not source.peek(1):
            yield refused(name, f"There is nothing in {name}. Look whether the program that should write it did.", name)
        elif _is_tar(source.peek(BLOCK)):
            yield from without_sidecars(_read_tar(source, limits), on_sidecar)
        else:
            yield _read_document(source, name, limits)
    except _DAMAGED as error:
        raise ArchiveError(f"{name} can't be read to its end: {_reason(error)}. Make it again and try again.") from None


class _Source:
    """A stream read forward only, that can be looked ahead in. What is read from it is counted and held against
    the limits, also in proportion to the stream `packed` if it was unpacked from that."""

    def __init__(self, stream: BinaryIO, limits: Limits, *, packed: "_Source | None" = None) -> None:
        self.count = 0  # bytes
        self._stream, self._limits, self._packed = stream, limits, packed
        self._ahead = b""

    def peek(self, size: int) -> bytes:
        while len(self._ahead) < size and (more := self._stream.read(size - len(self._ahead))):
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int = CHUNK) -> bytes:
        """Up to `size` bytes, fewer only at the end."""
        data = self.peek(size)
        self._ahead = self._ahead[len(data) :]
        self.count += len(data)
        self._check()
        return data

    def read_all(self, size: int) -> bytes:
        """Exactly `size` bytes; raises ArchiveError at an earlier end."""
        data = self.read(size)
        if len(data) < size:
            raise ArchiveError("The tar ends too early, so files of it are missing. Make it again.")
        return data

    def skip(self, size: int) -> None:
        while size > 0:
            size -= len(self.read_all(min(size, CHUNK)))

    def _check(self) -> None:
        if self.count > self._limits.max_total_bytes:
            raise ArchiveError(
                f"What comes in has more than {self._limits.max_total_bytes:,} bytes, which is the limit. "
                "Give it in several parts."
            )
        if self._packed:
            check_ratio(self.count, self._packed.count, self._limits)


def _unpacked(source: _Source, limits: Limits) -> _Source:
    """The stream that is packed in this one; the same where it is not packed. Raises ArchiveError for archives
    that can't be read from a stream."""
    start = source.peek(6)
    for magic, kind in _NOT_READ.items():
        if start.startswith(magic):
            raise ArchiveError(f"This is a {kind} archive, which can't be read from a stream. Give a tar.")
    for magic, unpack in _UNPACKERS.items():
        if start.startswith(magic):
            return _Source(unpack(cast(BinaryIO, source)), limits, packed=source)  # its `read` is all that is used
    return source


def _read_document(source: _Source, name: str, limits: Limits) -> IncomingFile:
    return taken(name, source.read(limits.max_file_bytes + 1), limits)


def _is_tar(block: bytes) -> bool:
    """Whether this may be a tar's first block: by its mark, its checksum, or as the end mark of an empty one."""
    if len(block) < BLOCK:
        return False
    if block[257:262] == b"ustar" or block == _END_MARK:
        return True
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.TarError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the headers say of an entry; `size` counts the bytes that follow them, without the padding."""

    name: str
    kind: Kind
    size: int


def _read_tar(source: _Source, limits: Limits) -> Iterator[IncomingFile]:
    gate = Gate(limits)
    for entry in _entries(source):
        admitted = gate.admit(entry.name, entry.kind)
        padding = -entry.size % BLOCK
        if not isinstance(admitted, str) or entry.size > limits.max_file_bytes:
            source.skip(entry.size + padding)
        if isinstance(admitted, IncomingFile):
            yield admitted
        elif admitted and entry.size > limits.max_file_bytes:
            yield refused(admitted, too_large(entry.size, limits.max_file_bytes), admitted)
        elif admitted:
            data = source.read_all(entry.size)
            source.skip(padding)
            yield taken(admitted, data, limits)


def _entries(source: _Source) -> Iterator[_Entry]:
    """The entries of a tar. Whoever asks for the next one has read or skipped the bytes of the last.

    Own loop over the standard library's headers: `TarFile` reads names of any length into memory, keeps every
    entry, recurses over chained headers, and takes a damaged header in the middle for the end."""
    long_name, records = b"", dict[bytes, bytes]()
    while (block := source.read_all(BLOCK)) != _END_MARK:
        header = _header(block)
        if header.type == tarfile.GNUTYPE_LONGNAME:
            long_name = _extended(source, header.size).split(b"\0")[0]
        elif header.type in _PAX_HEADERS:
            records = _records(_extended(source, header.size))
        elif header.type in _SKIPPED_HEADERS:
            source.skip(header.size + -header.size % BLOCK)
        else:
            raw_name = records.get(b"path") or long_name or header.name.encode("utf-8", "surrogateescape")
            yield _Entry(decode_name(raw_name[: PATH_MAX * 4]), _kind(header, records), _size(header, records))
            long_name, records = b"", {}
    while rest := source.read():
        if rest.strip(b"\0"):
            raise ArchiveError("More comes after the end of the tar, perhaps a second one. Give one at a time.")


def _header(block: bytes) -> tarfile.TarInfo:
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.TarError:
        raise ArchiveError("The tar is damaged: the header of an entry can't be read. Make it again.") from None
    if header.size < 0:
        raise ArchiveError("The tar is damaged: an entry has a size below zero. Make it again.")
    if header.type == tarfile.GNUTYPE_SPARSE:
        raise ArchiveError("The tar holds a sparse file, which can't be read. Make it again without --sparse.")
    return header


def _extended(source: _Source, size: int) -> bytes:
    """The content of a header that comes before the entry's own."""
    if size > HEADER_MAX:
        raise ArchiveError(f"A header of the tar has {size:,} bytes; {HEADER_MAX:,} is the limit. Make it again.")
    data = source.read_all(size)
    source.skip(-size % BLOCK)
    return data


def _records(data: bytes) -> dict[bytes, bytes]:
    """The records of a pax header: each its own length, a space, a key, =, a value and a line feed."""
    records: dict[bytes, bytes] = {}
    at = 0
    while at < len(data):
        found = _RECORD_LENGTH.match(data, at)
        length = int(found[1]) if found else 0
        if length < 5:
            raise ArchiveError("The tar is damaged: an extended header can't be read. Make it again.")
        key, _, value = data[at : at + length].partition(b" ")[2].partition(b"=")
        records[key] = value[:-1]
        at += length
    return records


def _kind(header: tarfile.TarInfo, records: dict[bytes, bytes]) -> Kind:
    if any(key.startswith(b"GNU.sparse.") for key in records):
        return Kind.SPECIAL
    if header.issym() or header.islnk():
        return Kind.LINK
    if header.isdir():
        return Kind.FOLDER
    return Kind.FILE if header.isreg() else Kind.SPECIAL


def _size(header: tarfile.TarInfo, records: dict[bytes, bytes]) -> int:
    """Bytes that follow; links, folders and devices have none, whatever their header says."""
    if header.issym() or header.islnk() or header.isdir() or header.isdev():
        return 0
    size = records.get(b"size", b"")
    return int(size) if size.isdigit() and len(size) < 20 else header.size


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "unpacking it takes more memory than there is"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "it is damaged, or ends too early"
