"""Zips: every article in them comes out, and nothing that a hostile or broken one holds does any harm."""

import contextlib
import io
import random
import struct
import time
import tracemalloc
import zipfile
import zlib
from pathlib import PurePosixPath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from editorial.importing.archives import ArchiveError, Limits, read_zip
from editorial.importing.archives.names import decode_name, defused, unsafe
from editorial.importing.files import IncomingFile

LIMITS = Limits(max_file_bytes=1_000_000, max_entries=2_000, max_total_bytes=20_000_000, max_ratio=100)
TEXT = b"---\ntitle: Herons return\n---\n\nThe herons are back.\n"
SYMLINK, FIFO = 0o120777, 0o010644
UTF8 = 1 << 11


def packed(*entries, method=zipfile.ZIP_DEFLATED):
    """A zip of (name or ZipInfo, bytes) pairs, made by the standard library."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def hand_made(*entries, before=b"", comment=b"", shared=False):
    """A zip written byte by byte, so that it can lie. An entry is a dict: name, data, and what to claim otherwise
    (`packed` bytes, method, flags, crc, size, packed_size, start, attributes, extra)."""
    out, listed = bytearray(before), []
    for entry in entries:
        data = entry.get("data", TEXT)
        squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
        body = entry.get("packed", squeezer.compress(data) + squeezer.flush())
        start = 0 if shared and listed else len(out)
        flags, method = entry.get("flags", 0), entry.get("method", 8)
        crc = entry.get("crc", zlib.crc32(data))
        sizes = entry.get("packed_size", len(body)), entry.get("size", len(data))
        name, extra = entry["name"], entry.get("extra", b"")
        if not (shared and listed):
            head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, flags, method, 0, 33, crc, *sizes, len(name), 0)
            out += head + name + body
        listed.append(
            struct.pack(
                "<4s2B5H3L5H2L",
                *(b"PK\1\2", 20, 3, 20, flags, method, 0, 33, crc, *sizes, len(name), len(extra), 0, 0, 0),
                entry.get("attributes", 0),
                entry.get("start", start - len(before)),
            )
            + name
            + extra
        )
    directory = b"".join(listed)
    count = min(len(listed), 0xFFFE)
    start = len(out) - len(before)
    return bytes(
        out
        + directory
        + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), start, len(comment))
        + comment
    )


def contents(data, limits=LIMITS, **options):
    return list(read_zip(io.BytesIO(data), limits, **options))


def paths(data, **options):
    return [file.path for file in contents(data, **options) if not file.error]


def only(data):
    (file,) = contents(data)
    return file


def refusal(data, limits=LIMITS):
    with pytest.raises(ArchiveError) as caught:
        contents(data, limits)
    return str(caught.value)


# What comes out


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_articles_of_a_zip_come_in_its_order_byte_for_byte(method):
    crlf = TEXT.replace(b"\n", b"\r\n")
    data = packed(("b/two.md", crlf), ("one.markdown", TEXT), ("a/THREE.MD", b""), method=method)
    assert [(file.path, file.data, file.error) for file in contents(data)] == [
        ("b/two.md", crlf, ""),
        ("one.markdown", TEXT, ""),
        ("a/THREE.MD", b"", ""),
    ]


def test_folders_other_files_and_what_macos_adds_are_passed_over():
    data = packed(
        ("posts/", b""),
        ("posts/a.md", TEXT),
        ("posts/photo.jpg", b"\xff\xd8"),
        ("__MACOSX/posts/._a.md", b"\0\5\x16\7"),
        ("posts/._b.md", b"\0\5\x16\7"),
        ("posts/.DS_Store", b"\0\0"),
        ("notes.txt", b"no article"),
    )
    assert [file.path for file in contents(data)] == ["posts/a.md"]


def test_empty_parts_and_dots_in_a_path_are_left_out():
    assert paths(packed(("./a//b/./c.md", TEXT))) == ["a/b/c.md"]


def test_an_empty_zip_holds_nothing():
    assert contents(packed()) == []


def test_two_files_of_one_name_are_two_files():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = packed(("a.md", b"1"), ("a.md", b"2"), ("a (2).md", b"3"), ("./a.md", b"4"))
    assert [(file.path, file.data) for file in contents(data)] == [
        ("a.md", b"1"),
        ("a (2).md", b"2"),
        ("a (2) (2).md", b"3"),
        ("a (3).md", b"4"),
    ]


def test_sidecars_are_handed_over_before_what_they_are_about():
    events = []
    data = packed(("b.md", TEXT), ("a.md", TEXT), ("a.sources.json", b"[]"), ("run/batch.json", b"{}"))
    for file in read_zip(io.BytesIO(data), LIMITS, on_sidecar=events.append):
        events.append(file)
    assert [file.path for file in events] == ["run/batch.json", "b.md", "a.sources.json", "a.md"]
    assert events[0].data == b"{}"
    assert paths(data) == ["b.md", "a.md"]  # nobody asked for them


def test_bytes_before_the_archive_and_a_comment_after_it_do_no_harm():
    data = hand_made({"name": b"a.md"}, {"name": b"b.md"}, before=b"#!/bin/sh\n" * 9, comment=b"made by hand")
    assert [file.data for file in contents(data)] == [TEXT, TEXT]


def test_the_large_format_is_read():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(3):
            with archive.open(f"{number}.md", "w", force_zip64=True) as entry:
                entry.write(TEXT)
    assert [file.data for file in contents(out.getvalue())] == [TEXT] * 3


def as_zip64(data):
    """The same zip with its end, and its first entry's place, written as in archives over 4 GB."""
    size, start = struct.unpack_from("<2L", data, len(data) - 10)
    entry = bytearray(data[start : start + size])
    assert entry.count(b"PK\1\2") == 1
    values = struct.unpack_from("<2L", entry, 20) + struct.unpack_from("<L", entry, 42)
    struct.pack_into("<2L", entry, 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<L", entry, 42, 0xFFFFFFFF)
    struct.pack_into("<H", entry, 30, 28)
    entry += struct.pack("<2H3Q", 1, 24, values[1], values[0], values[2])
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(entry), start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + len(entry), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:start] + bytes(entry) + record + locator + end


def test_an_archive_in_the_format_for_more_than_four_gigabytes_is_read():
    data = as_zip64(hand_made({"name": b"a.md"}))
    assert zipfile.ZipFile(io.BytesIO(data)).read("a.md") == TEXT  # the standard library agrees that it is one
    assert only(data).data == TEXT
    assert only(b"x" * 99 + data).data == TEXT
    assert "broken" in refusal(data.replace(b"PK\6\6", b"PK??"))
    locator = data.index(b"PK\6\7")
    far = data[: locator + 8] + b"\xff" * 8 + data[locator + 16 :]
    assert "a place that no file has" in refusal(far)


# Names


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("zażółć-gęślą-jaźń.md", "utf-8"),
        ("zażółć gęślą jaźń.md", "cp852"),
        ("Łódź.md", "cp852"),
        ("właśnie.md", "cp852"),
        ("świętość.md", "cp1250"),
        ("zażółć – gęślą.md", "cp1250"),
        ("ręce.md", "cp1250"),  # letters in 852 too: “rŕce”
        ("Příliš žluťoučký kůň.md", "cp852"),
        ("日本語のニュース.md", "cp932"),
        ("React入門.md", "cp932"),
        ("表示.md", "cp932"),  # holds the byte of the backslash
        ("España.md", "cp437"),
        ("Über schöne Größen.md", "cp437"),
        ("très élégant château.md", "cp437"),
        ("½ ░▒▓.md", "cp437"),
        ("plain.md", "ascii"),
    ],
)
def test_names_in_the_encodings_that_zips_have_are_read(name, encoding):
    data = hand_made({"name": name.encode(encoding)})
    file = only(data)
    assert (file.path, file.data, file.error) == (name, TEXT, "")


def test_a_utf8_mark_on_a_name_that_is_not_utf8_does_no_harm():
    assert paths(hand_made({"name": "żółw.md".encode("cp852"), "flags": UTF8}, {"name": b"b.md"})) == [
        "żółw.md",
        "b.md",
    ]


def test_the_unicode_field_counts_where_it_belongs_to_the_name():
    raw = b"___.md"
    right = struct.pack("<BL", 1, zlib.crc32(raw)) + "żółw.md".encode()
    stale = struct.pack("<BL", 1, zlib.crc32(b"other")) + "żółw.md".encode()
    for field, path in ((right, "żółw.md"), (stale, "___.md")):
        extra = struct.pack("<2H", 0x5455, 1) + b"x" + struct.pack("<2H", 0x7075, len(field)) + field + b"\1"
        assert paths(hand_made({"name": raw, "extra": extra})) == [path]


def test_names_that_read_the_same_in_two_encodings_do_not_collide():
    data = hand_made({"name": "żółw.md".encode("cp852"), "data": b"1"}, {"name": "żółw.md".encode(), "data": b"2"})
    assert [(file.path, file.data) for file in contents(data)] == [("żółw.md", b"1"), ("żółw (2).md", b"2")]


@given(st.binary(max_size=60))
def test_any_bytes_are_a_name(raw):
    assert bool(decode_name(raw)) == bool(raw)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../etc/x.md", "leads outside"),
        ("a/../b.md", "leads outside"),
        ("a/..", "leads outside"),
        ("/etc/x.md", "root of the disk"),
        ("//server/share/x.md", "root of the disk"),
        ("C:/x.md", "drive letter"),
        ("c:x.md", "drive letter"),
        ("./C:x.md", "drive letter"),
        ("..\\x.md", "leads outside"),
        ("\\\\server\\x.md", "root of the disk"),
        ("posts\\x.md", "backslash"),
        ("x.md\0.png", "does not show"),
        ("a\nb.md", "does not show"),
        ("a\x1b[2Jb.md", "does not show"),
        ("gnp.\u202edm.md", "does not show"),
        (f"{'a' * 241}.md", "more than 240 bytes"),
        ("/".join(["ż" * 100] * 10) + ".md", "900 is the limit"),
    ],
)
def test_a_name_that_can_not_be_one_here_fails_alone_with_a_sentence(name, reason):
    refused, fine = contents(hand_made({"name": name.encode()}, {"name": b"ok.md"}))
    assert reason in refused.error and refused.error.endswith("pack it again.")
    assert not refused.data
    assert (fine.path, fine.data) == ("ok.md", TEXT)
    assert not unsafe(refused.path) and "\x1b" not in refused.name and len(refused.name) <= 200


@given(st.one_of(st.text(max_size=40), st.text("./\\:Cx", max_size=12)))
@example("C:D:E:/x.md")
@example("..:/x")
@example(".")
def test_a_path_is_always_safe(name):
    data = hand_made({"name": f"{name}.md".encode("utf-8", "replace")})
    for path in [defused(name), *(file.path for file in contents(data))]:
        parts = PurePosixPath(path).parts
        assert path and not unsafe(path)
        assert ".." not in parts and not path.startswith("/")


# What is refused


@pytest.mark.parametrize(
    ("mode", "reason"), [(SYMLINK, "link to another file"), (FIFO, "not a plain file")], ids=["link", "fifo"]
)
def test_links_and_special_files_are_refused(mode, reason):
    file = only(hand_made({"name": b"a.md", "data": b"/etc/passwd", "attributes": mode << 16}))
    assert reason in file.error and not file.data


@pytest.mark.parametrize("attributes", [0x10, 0o040755 << 16], ids=["DOS", "Unix"])
def test_a_folder_that_is_named_like_an_article_is_a_folder(attributes):
    assert contents(hand_made({"name": b"a.md", "data": b"", "attributes": attributes})) == []


@pytest.mark.parametrize("name", ["inner.zip", "a/old.tar.gz", "x.7Z", "y.tbz2"])
def test_an_archive_in_the_archive_is_refused_by_its_name(name):
    assert "archive itself" in only(packed((name, packed(("a.md", TEXT))))).error


def test_an_archive_in_the_archive_is_refused_by_its_content():
    assert "is an archive, not text" in only(packed(("a.md", packed(("b.md", TEXT))))).error


def test_a_file_over_the_limit_fails_alone():
    limits = Limits(max_file_bytes=50, max_entries=9, max_total_bytes=1_000, max_ratio=100)
    large, fine = contents(packed(("a.md", b"x" * 51), ("b.md", b"y" * 50)), limits)
    assert "at least 51 bytes; 50 is the limit" in large.error and not large.data
    assert fine.data == b"y" * 50


def test_a_damaged_file_fails_alone():
    data = bytearray(packed(("a.md", b"first"), ("b.md", b"second"), method=zipfile.ZIP_STORED))
    data[data.index(b"first")] ^= 1
    broken, fine = contents(bytes(data))
    assert "does not match its checksum" in broken.error.replace("do not", "does not")
    assert fine.data == b"second"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"packed": b"\xff\xff\xff"}, "can't be unpacked"),
        ({"packed": b""}, "end too early"),
        ({"packed": zlib.compress(TEXT)[2:9]}, "end too early"),
        ({"method": 14}, "method LZMA"),
        ({"method": 77}, "method 77"),
        ({"start": 3}, "damaged where this file should begin"),
        ({"method": 0, "packed": TEXT[:9]}, "checksum"),
    ],
)
def test_a_file_that_can_not_be_unpacked_fails_with_the_reason(entry, reason):
    assert reason in only(hand_made({"name": b"a.md", **entry})).error


def test_a_locked_zip_is_refused():
    assert "locked with a password" in refusal(hand_made({"name": b"a.md", "flags": 1}))


def test_one_part_of_a_divided_zip_is_refused():
    data = bytearray(hand_made({"name": b"a.md"}))
    data[-18] = 1
    assert "one part of several" in refusal(bytes(data))


WHOLE = hand_made({"name": b"a.md"}, {"name": b"b.md"})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        TEXT,
        WHOLE[:-1],
        WHOLE[: len(WHOLE) // 2],
        WHOLE[60:],
        WHOLE.replace(b"PK\1\2", b"PK??"),
        hand_made({"name": b"a.md", "packed_size": 9_999}),
        hand_made({"name": b"a.md", "start": 4_000_000_000}),
    ],
    ids=["nothing", "two bytes", "text", "end", "half", "beginning", "list", "too long", "too far"],
)
def test_what_is_no_zip_or_a_broken_one_is_refused_with_a_sentence(data):
    assert refusal(data).startswith("This is no zip file, or a broken one: ")


# Bombs


def test_ten_megabytes_of_zeros_are_a_bomb():
    data = packed(("a.md", bytes(10_000_000)))
    assert len(data) < 20_000
    assert "more than 100 times its size" in refusal(data)


@pytest.mark.parametrize(
    ("method", "text"),
    [(zipfile.ZIP_DEFLATED, bytes(40_000_000)), (zipfile.ZIP_STORED, bytes(9_000_000))],
    ids=["bomb", "only large"],
)
def test_no_more_of_a_file_is_read_than_the_limit(method, text):
    stream = io.BytesIO(packed(("a.md", text), method=method))
    tracemalloc.start()
    with contextlib.suppress(ArchiveError):
        (file,) = read_zip(stream, LIMITS)
        assert "1,000,000 is the limit" in file.error
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def test_a_bomb_is_found_behind_files_that_are_fine():
    noise = random.Random(1).randbytes(90_000)  # noqa: S311
    assert "zip bomb" in refusal(packed(("a.md", noise), ("z.md", bytes(900_000))))


def test_many_small_bombs_are_one():
    many = [(f"{number}.md", bytes(90_000)) for number in range(5)]
    assert "zip bomb" in refusal(packed(*many))


def test_what_the_directory_claims_is_not_believed():
    zeros = {"name": b"a.md", "data": bytes(10_000_000)}
    for lie in ({"size": 10}, {"size": 0, "crc": 0}, {"size": 0xFFFFFFFE}):
        assert "zip bomb" in refusal(hand_made({**zeros, **lie}))


def test_a_file_that_is_longer_than_claimed_is_read_whole():
    assert only(hand_made({"name": b"a.md", "size": 3})).data == TEXT


def test_the_total_is_limited():
    limits = Limits(max_file_bytes=1_000, max_entries=100, max_total_bytes=5_000, max_ratio=1_000)
    assert len(contents(packed(*((f"{n}.md", b"x" * 1_000) for n in range(5))), limits)) == 5
    assert "more than 5,000 bytes" in refusal(packed(*((f"{n}.md", b"x" * 1_000) for n in range(6))), limits)


def test_damaged_files_count_towards_the_total_too():
    limits = Limits(max_file_bytes=1_000, max_entries=100, max_total_bytes=5_000, max_ratio=1_000)
    damaged = [{"name": b"%d.md" % number, "data": b"x" * 1_000, "crc": 1} for number in range(9)]
    assert "more than 5,000 bytes" in refusal(hand_made(*damaged), limits)


def test_other_files_are_not_unpacked_however_large():
    assert paths(packed(("film.mp4", bytes(30_000_000)), ("a.md", TEXT))) == ["a.md"]


def test_files_that_share_their_bytes_are_refused():
    assert "share their bytes" in refusal(hand_made(*({"name": b"a.md"} for _ in range(50)), shared=True))


def test_a_file_that_quotes_the_next_one_is_refused():
    data = hand_made({"name": b"a.md", "packed_size": 200}, {"name": b"b.md", "data": b"x" * 300, "method": 0})
    assert "share their bytes" in refusal(data)


def test_seventy_thousand_entries_are_refused_before_they_take_memory():
    data = hand_made(*({"name": b"%d.md" % number, "packed": b"", "data": b""} for number in range(70_000)))
    tracemalloc.start()
    started = time.process_time()
    assert "more than 2,000 entries" in refusal(data)
    taken, peak = time.process_time() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < 2 and peak < 5_000_000


def test_as_many_entries_as_the_limit_are_fine():
    limits = Limits(max_file_bytes=99, max_entries=3, max_total_bytes=999, max_ratio=100)
    fine = packed(*((f"{number}.md", b"x") for number in range(3)))
    assert len(contents(fine, limits)) == 3
    assert "more than 3 entries" in refusal(packed(*((f"{number}.md", b"x") for number in range(4))), limits)


# Any bytes


def is_orderly(data):
    """Reading gives files or an ArchiveError with a sentence; nothing else."""
    try:
        files = contents(data, Limits(max_file_bytes=10_000, max_entries=50, max_total_bytes=100_000, max_ratio=50))
    except ArchiveError as error:
        return str(error).endswith(".")
    return all(isinstance(file, IncomingFile) and not unsafe(file.path) for file in files)


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_any_bytes_raise_nothing_but_archive_errors(data):
    assert is_orderly(data)
    assert is_orderly(b"PK\3\4" + data + b"PK\5\6" + data[:18].ljust(18, b"\0"))


@settings(max_examples=400)
@given(st.data())
def test_a_zip_with_any_bytes_changed_raises_nothing_but_archive_errors(data):
    whole = bytearray(data.draw(st.sampled_from([WHOLE, as_zip64(hand_made({"name": b"a.md"}))])))
    places = st.integers(0, len(whole) - 1)
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=6)):
        whole[place] = value
    cut = data.draw(st.one_of(st.just(len(whole)), places))
    assert is_orderly(bytes(whole[:cut]))
