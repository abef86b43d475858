"""Standard input: a tar or a single document, told apart by what it holds, read once and within bounds."""

import bz2
import errno
import gzip
import io
import lzma
import struct
import tarfile
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editorial.importing.archives import ArchiveError, Limits
from editorial.importing.archives.names import unsafe
from editorial.importing.files import IncomingFile
from editorial.importing.streams import read_stream

LIMITS = Limits(max_file_bytes=1_000_000, max_entries=2_000, max_total_bytes=20_000_000, max_ratio=100)
TEXT = b"---\ntitle: Herons return\n---\n\nThe herons are back.\n"
PACKERS = {"plain": bytes, "gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress}


def member(name, data=TEXT, **attributes):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in attributes.items():
        setattr(info, key, value)
    return info, data


def tar_of(*members, format=tarfile.GNU_FORMAT, **options):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format, **options) as archive:
        for info, data in members:
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def block(name=b"a.md", size=0, kind=b"0", **options):
    """One header, made by hand so that it can lie."""
    info = tarfile.TarInfo(name.decode())
    info.size, info.type = max(size, 0), kind
    head = bytearray(info.tobuf(tarfile.GNU_FORMAT)[:512])
    if size < 0:
        head[124:136] = struct.pack(">i", -1) * 3
        head[148:156] = b" " * 8
        head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


END = bytes(1024)


class Pipe(io.RawIOBase):
    """A stream that gives what is asked for in small pieces and can't be wound back, as a pipe."""

    def __init__(self, data):
        self._rest = memoryview(data)

    def read(self, size=-1):
        piece = self._rest[: min(size, 100)]
        self._rest = self._rest[len(piece) :]
        return bytes(piece)


def contents(data, limits=LIMITS, **options):
    return list(read_stream(Pipe(data), name="stdin.md", limits=limits, **options))


def only(data, limits=LIMITS):
    (file,) = contents(data, limits)
    return file


def refusal(data, limits=LIMITS):
    with pytest.raises(ArchiveError) as caught:
        contents(data, limits)
    return str(caught.value)


# A single document


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
@pytest.mark.parametrize("text", [TEXT, TEXT + b"x" * 2_000, b"short"], ids=["some", "long", "short"])
def test_what_is_no_tar_is_one_document(pack, text):
    file = only(pack(text))
    assert (file.path, file.data, file.error) == ("stdin.md", text, "")


def test_a_document_over_the_limit_is_not_read_to_its_end():
    limits = Limits(max_file_bytes=50, max_entries=9, max_total_bytes=10_000_000, max_ratio=100)
    stream = Pipe(b"x" * 1_000_000)
    (file,) = read_stream(stream, name="stdin.md", limits=limits)
    assert "at least 51 bytes; 50 is the limit" in file.error and not file.data
    assert len(stream._rest) > 990_000
    assert only(b"x" * 50, limits).data == b"x" * 50


@pytest.mark.parametrize("data", [b"", gzip.compress(b"")], ids=["nothing", "packed nothing"])
def test_an_empty_stream_is_said_to_be_empty(data):
    assert "There is nothing in stdin.md" in only(data).error


# A tar


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_the_articles_of_a_tar_come_in_its_order_byte_for_byte(pack, format):
    crlf = TEXT.replace(b"\n", b"\r\n") * 20
    data = tar_of(
        member("posts", b"", type=tarfile.DIRTYPE),
        member("./b/two.md", crlf),
        member("photo.jpg", b"\xff" * 700),
        member("._b.md", b"\0\5\x16\7"),
        member("one.markdown"),
        member("empty.md", b""),
        format=format,
    )
    assert [(file.path, file.data, file.error) for file in contents(pack(data))] == [
        ("b/two.md", crlf, ""),
        ("one.markdown", TEXT, ""),
        ("empty.md", b"", ""),
    ]


def test_a_file_may_fill_its_blocks_exactly():
    assert [file.data for file in contents(tar_of(member("a.md", b"x" * 1_024), member("b.md")))] == [
        b"x" * 1_024,
        TEXT,
    ]


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_and_foreign_names_are_read(format):
    names = [f"{'folder/' * 20}zażółć.md", "日本語.md", "short.md"]
    assert [file.path for file in contents(tar_of(*map(member, names), format=format))] == names


def test_names_in_other_encodings_are_read():
    assert only(tar_of(member("żółw.md"), encoding="iso8859-2")).path.endswith("w.md")
    assert only(tar_of(member("żółw.md"), encoding="cp852")).path == "żółw.md"


def test_a_size_in_an_extended_header_counts():
    records = b"12 size=600\n" + "19 comment=żółw\n".encode()
    head = block(b"x", len(records), kind=b"x") + records.ljust(512, b"\0")
    assert only(head + block(b"a.md", 0) + (b"x" * 600).ljust(1_024, b"\0") + END).data == b"x" * 600


def test_the_header_that_git_archive_writes_is_passed_over():
    data = tar_of(member("a.md"), format=tarfile.PAX_FORMAT, pax_headers={"comment": "0" * 40})
    assert data[156:157] == b"g"
    assert only(data).path == "a.md"


def test_a_label_and_a_device_with_a_size_have_no_bytes():
    data = block(b"label", kind=b"V") + block(b"dev", 9_999, kind=b"3") + tar_of(member("a.md"))
    device, article = contents(data)
    assert "not a plain file" in device.error
    assert article.data == TEXT


def test_an_empty_tar_holds_nothing():
    assert contents(tar_of()) == []


def test_two_files_of_one_name_are_two_files():
    data = tar_of(member("a.md", b"1"), member("a.md", b"2"))
    assert [(file.path, file.data) for file in contents(data)] == [("a.md", b"1"), ("a (2).md", b"2")]


def test_sidecars_are_handed_over_when_they_come():
    events = []
    data = tar_of(member("batch.json", b"{}"), member("a.md"), member("a.sources.json", b"[]"))
    for file in read_stream(Pipe(data), name="-", limits=LIMITS, on_sidecar=events.append):
        events.append(file)
    assert [file.path for file in events] == ["batch.json", "a.md", "a.sources.json"]
    assert [file.path for file in contents(data)] == ["a.md"]


# What is refused


@pytest.mark.parametrize("name", ["../x.md", "/etc/x.md", "C:/x.md", "a\\x.md", "a\nb.md"])
def test_a_name_that_can_not_be_one_here_fails_alone(name):
    refused, fine = contents(tar_of(member(name), member("ok.md")))
    assert "was refused" in refused.error and not refused.data and not unsafe(refused.path)
    assert (fine.path, fine.data) == ("ok.md", TEXT)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (tarfile.SYMTYPE, "link to another file"),
        (tarfile.LNKTYPE, "link to another file"),
        (tarfile.FIFOTYPE, "not a plain file"),
        (tarfile.CHRTYPE, "not a plain file"),
        (b"Z", "not a plain file"),
    ],
)
def test_links_and_special_files_are_refused(kind, reason):
    odd, fine = contents(tar_of(member("a.md", b"", type=kind, linkname="/etc/passwd"), member("ok.md")))
    assert reason in odd.error and not odd.data
    assert fine.data == TEXT


def test_a_link_that_leads_far_is_refused_as_any():
    link = member("a.md", b"", type=tarfile.SYMTYPE, linkname="far/" * 40)
    odd, fine = contents(tar_of(link, member("ok.md")))
    assert odd.path == "a.md" and "link to another file" in odd.error
    assert fine.data == TEXT


def test_an_archive_in_the_tar_is_refused():
    by_name, by_content = contents(tar_of(member("inner.tar.gz", b"x"), member("a.md", gzip.compress(TEXT))))
    assert "archive itself" in by_name.error
    assert "is an archive, not text" in by_content.error
    assert "is an archive, not text" in only(gzip.compress(gzip.compress(TEXT))).error


def test_a_file_over_the_limit_fails_alone():
    limits = Limits(max_file_bytes=50, max_entries=9, max_total_bytes=100_000, max_ratio=100)
    large, fine = contents(tar_of(member("a.md", b"x" * 51), member("b.md", b"y" * 50)), limits)
    assert "51 bytes; 50 is the limit" in large.error and not large.data
    assert fine.data == b"y" * 50


@pytest.mark.parametrize("start", [b"PK\3\4", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd"])
def test_an_archive_that_is_not_read_from_a_stream_is_named(start):
    assert "can't be read from a stream. Give a tar." in refusal(start + bytes(600))


def test_sparse_files_are_refused():
    assert "sparse" in refusal(block(kind=b"S") + END)
    info, data = member("a.md")
    info.pax_headers = {"GNU.sparse.major": "1"}
    assert "not a plain file" in only(tar_of((info, data), format=tarfile.PAX_FORMAT)).error


# What is broken: nothing is taken for the end that is none


WHOLE = tar_of(member("a.md", b"x" * 700), member("b.md", b"y" * 700))


@pytest.mark.parametrize("length", [512, 600, 1_536, 1_600, 3_072])
def test_a_tar_that_ends_early_is_refused(length):
    assert "ends too early" in refusal(WHOLE[:length])


def test_a_damaged_header_in_the_middle_is_not_taken_for_the_end():
    damaged = bytearray(WHOLE)
    damaged[1_536 + 10] ^= 1
    assert "damaged" in refusal(bytes(damaged))


def test_what_comes_after_the_end_is_not_lost_in_silence():
    assert "More comes after the end of the tar" in refusal(WHOLE + WHOLE)


@pytest.mark.parametrize("pack", ["gzip", "bzip2", "xz"])
@pytest.mark.parametrize("text", [WHOLE, TEXT], ids=["tar", "document"])
def test_a_packed_stream_that_is_damaged_or_ends_early_is_refused(pack, text):
    data = PACKERS[pack](text)
    for broken in (data[:-9], data[: len(data) // 2], data[:20] + bytes(9) + data[29:]):
        assert "stdin.md can't be read to its end" in refusal(broken)


def test_files_before_the_damage_have_come():
    files = read_stream(Pipe(WHOLE[:1_600]), name="-", limits=LIMITS)
    assert next(files).data == b"x" * 700
    with pytest.raises(ArchiveError):
        next(files)


@pytest.mark.parametrize(
    "data",
    [
        block(size=-1),
        block(b"x", 4, kind=b"x") + b"oops".ljust(512, b"\0"),
        block(b"x", 10, kind=b"x") + b"3 path=abc".ljust(512, b"\0"),
        block(b"x", 600, kind=b"x") + b"x" * 300,
    ],
    ids=["size below zero", "no record", "short record", "cut record"],
)
def test_headers_that_lie_are_refused(data):
    assert refusal(data + END)


def test_a_stream_that_fails_is_reported_with_the_cause():
    class Failing(io.RawIOBase):
        def read(self, size=-1):
            raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(ArchiveError, match="Input/output error"):
        list(read_stream(Failing(), name="-", limits=LIMITS))


# Bombs


@pytest.mark.parametrize("pack", ["gzip", "bzip2", "xz"])
@pytest.mark.parametrize("text", [bytes(20_000_000), tar_of(member("film", bytes(20_000_000)))], ids=["text", "tar"])
def test_a_bomb_is_refused_in_bounded_memory(pack, text):
    data = PACKERS[pack](text)
    limits = Limits(max_file_bytes=1_000_000, max_entries=10, max_total_bytes=100_000_000, max_ratio=100)
    tracemalloc.start()
    assert "zip bomb" in refusal(data, limits)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000  # xz alone takes 8 MB, its dictionary


def test_a_name_of_any_length_is_not_read_into_memory():
    data = block(b"././@LongLink", 5_000_000_000, kind=b"L") + b"x" * 2_000
    assert "1,000,000 is the limit" in refusal(data)


def test_chained_headers_do_not_pile_up():
    link = block(b"././@LongLink", 5, kind=b"L") + b"a.md\0".ljust(512, b"\0")
    assert only(link * 2_000 + tar_of(member("b.md"))).path == "a.md"


def test_the_total_and_the_entries_are_limited():
    limits = Limits(max_file_bytes=1_000, max_entries=3, max_total_bytes=8_000, max_ratio=1_000)
    many = [member(f"{number}.md", b"x") for number in range(4)]
    assert "more than 3 entries" in refusal(tar_of(*many), limits)
    assert "more than 8,000 bytes" in refusal(tar_of(member("film", bytes(9_000))), limits)


def test_memory_does_not_grow_with_the_tar():
    def peak(count):
        data = tar_of(*(member(f"{number}.md", b"%d" % number * 2_000) for number in range(count)))
        tracemalloc.start()
        for _ in read_stream(io.BytesIO(data), name="-", limits=LIMITS):
            pass
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return taken - len(data)

    assert peak(1_000) < peak(50) + 400_000


# Any bytes


def is_orderly(data):
    limits = Limits(max_file_bytes=10_000, max_entries=50, max_total_bytes=100_000, max_ratio=50)
    try:
        files = contents(data, limits)
    except ArchiveError as error:
        return str(error).endswith(".")
    return all(isinstance(file, IncomingFile) and (file.path == "stdin.md" or not unsafe(file.path)) for file in files)


@settings(max_examples=150)
@given(st.binary(max_size=700), st.sampled_from([b"", b"\x1f\x8b", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\x00", b"PK"]))
def test_any_bytes_raise_nothing_but_archive_errors(data, start):
    assert is_orderly(start + data)
    assert is_orderly((start + data).ljust(257, b"\0") + b"ustar" + data.ljust(512, b" "))


SAMPLES = [
    WHOLE[:3_584],
    tar_of(member("ż" * 120), format=tarfile.PAX_FORMAT)[:4_096],
    tar_of(member("ż" * 120))[:3_584],
]


@settings(max_examples=300)
@given(st.data())
def test_a_tar_with_any_bytes_changed_raises_nothing_but_archive_errors(data):
    whole = bytearray(data.draw(st.sampled_from(SAMPLES)))
    places = st.integers(0, len(whole) - 1)
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=6)):
        whole[place] = value
    for start in range(0, len(whole) - 511, 512):  # with checksums set right, so that the changes are believed
        head = whole[start : start + 512]
        if head[257:262] == b"ustar" and data.draw(st.booleans()):
            head[148:156] = b" " * 8
            whole[start + 148 : start + 156] = b"%06o\0 " % sum(head)
    pack = PACKERS[data.draw(st.sampled_from(sorted(PACKERS)))]
    assert is_orderly(pack(bytes(whole)))


@settings(max_examples=150)
@given(st.data())
def test_a_packed_tar_with_any_bytes_changed_raises_nothing_but_archive_errors(data):
    whole = bytearray(PACKERS[data.draw(st.sampled_from(["gzip", "bzip2", "xz"]))](WHOLE))
    places = st.integers(0, len(whole) - 1)
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=4)):
        whole[place] = value
    assert is_orderly(bytes(whole))
