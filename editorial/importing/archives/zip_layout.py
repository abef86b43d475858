"""The layout of a zip file (APPNOTE 6.3): its directory, and the bytes of one entry unpacked within bounds.

Own code because the standard `zipfile` makes an object per claimed entry before anybody can ask how many there are
(a million in 47 MB), fails the whole archive for one name with a wrong UTF-8 mark, cuts an entry at the size that the
directory claims, and only newer versions notice entries that share their bytes."""

import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from .gate import ArchiveError, Kind, too_many_entries
from .names import PATH_MAX, decode_name

STORED, DEFLATED = 0, 8
METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "BZip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd"}

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s2B5H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 1 << 0
_UTF8 = 1 << 11
_MS_DOS_FOLDER = 0x10
_CHUNK = 65_536
_NAME_KEPT = PATH_MAX * 4  # bytes: a longer name is refused whatever its end


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One line of the directory. Of its sizes only `packed` is used, after `directory` saw that no two entries
    claim the same bytes; `start` is where the entry's own header is."""

    name: str
    kind: Kind
    method: int
    is_encrypted: bool
    crc: int
    packed: int
    start: int


@dataclass(frozen=True, slots=True)
class _Directory:
    start: int
    size: int
    shift: int  # of all offsets: bytes that stand before the archive, as in a self-extracting one


class EntryError(ValueError):
    """One entry can't be unpacked; the message is a sentence."""


def broken(what: str) -> ArchiveError:
    return ArchiveError(f"This is no zip file, or a broken one: {what}. Pack it again, or upload it again.")


def directory(data: BinaryIO, *, max_entries: int) -> list[ZipEntry]:
    """The entries in the order of the archive's directory. Raises ArchiveError for what is no zip, a broken one,
    one part of several, one with more entries than that, or entries that share their bytes."""
    place = _find_directory(data)
    entries: list[ZipEntry] = []
    for entry in _walk(data, place):
        entries.append(entry)
        if len(entries) > max_entries:
            raise too_many_entries(max_entries)
    _check_overlap(entries, place.start)
    return entries


def unpack(data: BinaryIO, entry: ZipEntry, *, max_bytes: int, count: Callable[[int, int], None]) -> bytes:
    """The bytes of an entry, held against its checksum; or, past `max_bytes`, one byte more than that and no
    look at the rest. `count` is told at the end, whatever the end, how many bytes were made out of how many.
    Raises EntryError for an entry that is damaged."""
    content = bytearray()
    used = 0
    try:
        for piece, used_so_far in _pieces(data, entry):
            content += piece
            used = used_so_far
            if len(content) > max_bytes:
                return bytes(content[: max_bytes + 1])
    finally:
        count(len(content), used)
    if zlib.crc32(content) != entry.crc:
        raise EntryError("The file's bytes do not match its checksum: the archive is damaged here. Pack it again.")
    return bytes(content)


def _find_directory(data: BinaryIO) -> _Directory:
    """Where the directory is, by the record at the archive's end."""
    data.seek(0, 2)
    length = data.tell()
    tail_start = max(0, length - _END.size - 0xFFFF)
    tail = _read_at(data, tail_start, length - tail_start)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise broken("the list of its files, which is at the end, is missing")
    _, disk, first_disk, _, count, size, offset, _ = _END.unpack_from(tail, at)
    end = tail_start + at
    if 0xFFFF in (disk, first_disk, count) or 0xFFFFFFFF in (size, offset):
        disk, first_disk, size, offset, end = _find_end64(data, end) or (disk, first_disk, size, offset, end)
    if disk or first_disk:
        raise ArchiveError("This zip file is one part of several. Join them first, or pack the files in one.")
    shift = end - size - offset
    if shift < 0:
        raise broken("the list of its files is longer than the archive")
    return _Directory(end - size, size, shift)


def _find_end64(data: BinaryIO, end: int) -> tuple[int, int, int, int, int] | None:
    """Disk, first disk, size and offset of the directory and its end by the record for large archives, which
    stands before the common one; None if there is none."""
    place = end - _LOCATOR.size
    if place < _END64.size or _read_at(data, place, 4) != b"PK\x06\x07":
        return None
    _, _, offset, _ = _LOCATOR.unpack(_read_at(data, place, _LOCATOR.size))
    if _read_at(data, offset, 4) != b"PK\x06\x06":
        offset = place - _END64.size
    record = _read_at(data, offset, _END64.size)
    if len(record) < _END64.size or not record.startswith(b"PK\x06\x06"):
        raise broken("the record at its end is damaged")
    _, _, _, _, disk, first_disk, _, _, size, start = _END64.unpack(record)
    return disk, first_disk, size, start, offset


def _walk(data: BinaryIO, place: _Directory) -> Iterator[ZipEntry]:
    at, end = place.start, place.start + place.size
    while at < end:
        fixed = _read_at(data, at, _ENTRY.size)
        if len(fixed) < _ENTRY.size or not fixed.startswith(b"PK\x01\x02"):
            raise broken("the list of its files is damaged")
        fields = _ENTRY.unpack(fixed)
        lengths = fields[11:14]  # of name, extra fields and comment, which follow
        rest = data.read(lengths[0] + lengths[1])
        yield _entry(fields, rest[: lengths[0]], rest[lengths[0] :], place.shift)
        at += _ENTRY.size + sum(lengths)


def _entry(fields: tuple[int, ...], raw_name: bytes, extra: bytes, shift: int) -> ZipEntry:
    _, _, _, _, flags, method, _, _, crc, packed, size, *_, attributes, start = fields
    extras = dict(_extra_fields(extra))
    if 0xFFFFFFFF in (packed, size, start):
        packed, start = _large(extras.get(0x0001, b""), size, packed, start)
    name = _name(raw_name, extras.get(0x7075, b""))
    return ZipEntry(name, _kind(name, attributes), method, bool(flags & _ENCRYPTED), crc, packed, start + shift)


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of each; a damaged rest is left out."""
    at = 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<2H", extra, at)
        yield number, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _large(field: bytes, size: int, packed: int, start: int) -> tuple[int, int]:
    """Packed size and start of an entry whose place in the directory was too small for them (Zip64)."""
    values = [value for (value,) in struct.iter_unpack("<Q", field[: len(field) // 8 * 8])]
    found = [values.pop(0) if claim == 0xFFFFFFFF and values else claim for claim in (size, packed, start)]
    return found[1], found[2]


def _name(raw: bytes, unicode_path: bytes) -> str:
    """The name by the Unicode field of Info-ZIP where it belongs to this very name, else by its bytes. The mark
    that says UTF-8 is not asked: names that are UTF-8 show it, and tools set it on names that are not."""
    if unicode_path[:1] == b"\x01" and unicode_path[1:5] == struct.pack("<L", zlib.crc32(raw)):
        raw = unicode_path[5:]
    return decode_name(raw[:_NAME_KEPT])


def _kind(name: str, attributes: int) -> Kind:
    mode = attributes >> 16  # of Unix; 0 from elsewhere
    if stat.S_ISLNK(mode):
        return Kind.LINK
    if name.endswith("/") or stat.S_ISDIR(mode) or attributes & _MS_DOS_FOLDER:
        return Kind.FOLDER
    return Kind.SPECIAL if stat.S_IFMT(mode) not in (0, stat.S_IFREG) else Kind.FILE


def _check_overlap(entries: list[ZipEntry], end: int) -> None:
    """Raises ArchiveError where two entries share bytes, as in bombs that use one stream many times over."""
    in_order = sorted(entries, key=lambda entry: entry.start)
    starts = [entry.start for entry in in_order] + [end]
    for entry, next_start in zip(in_order, starts[1:], strict=True):
        if entry.start + _LOCAL.size + entry.packed <= next_start:
            continue
        if next_start == end:
            raise broken("a file is longer than the archive")
        raise ArchiveError(
            "Files of this zip share their bytes, as in a “zip bomb”. Find out where it comes from; nothing was read."
        )


def _pieces(data: BinaryIO, entry: ZipEntry) -> Iterator[tuple[bytes, int]]:
    """The unpacked bytes by pieces of at most 64 kB, each with the number of packed ones used so far."""
    local = _read_at(data, entry.start, _LOCAL.size)
    if len(local) < _LOCAL.size or not local.startswith(b"PK\x03\x04"):
        raise EntryError("The archive is damaged where this file should begin. Pack it again.")
    *_, name_length, extra_length = _LOCAL.unpack(local)
    data.seek(name_length + extra_length, 1)
    if entry.method == STORED:
        yield from _stored(data, entry.packed)
    elif entry.method == DEFLATED:
        yield from _deflated(data, entry.packed)
    else:
        method = METHODS.get(entry.method, str(entry.method))
        raise EntryError(f"The file is packed by the method {method}, which is not read. Pack it by Deflate.")


def _stored(data: BinaryIO, packed: int) -> Iterator[tuple[bytes, int]]:
    used = 0
    while piece := data.read(min(_CHUNK, packed - used)):
        used += len(piece)
        yield piece, used


def _deflated(data: BinaryIO, packed: int) -> Iterator[tuple[bytes, int]]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    used = 0
    try:
        while not unpacker.eof:
            chunk = unpacker.unconsumed_tail or data.read(min(_CHUNK, packed - used))
            used += 0 if unpacker.unconsumed_tail else len(chunk)
            piece = unpacker.decompress(chunk, _CHUNK)
            if not piece and not chunk:
                raise EntryError("The file's bytes end too early: the archive is damaged here. Pack it again.")
            yield piece, used - len(unpacker.unconsumed_tail) - len(unpacker.unused_data)
    except zlib.error:
        raise EntryError("The file's bytes can't be unpacked: the archive is damaged here. Pack it again.") from None


def _read_at(data: BinaryIO, place: int, length: int) -> bytes:
    """Raises ArchiveError for a place that no file has."""
    try:
        data.seek(place)
    except (OverflowError, ValueError, OSError):
        raise broken("it names a place that no file has") from None
    return data.read(length)
