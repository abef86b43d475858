"""From the bytes of a file to text and back, with no byte lost, whatever the bytes are."""

import codecs
import re
from dataclasses import dataclass

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Bytes that are letters in the one Windows code page where the other has a sign or a rare letter:
# a-ogonek, l-stroke, z-dot, s-acute, z-acute against e-grave, a-grave, a-tilde, a-ring, o-slash, o-tilde.
_POLISH = re.compile(rb"(?<=[A-Za-z])[\xb9\xb3\xbf\x9c\x9f]|[\xb3\xbf\x9c\x9f](?=[a-z])")
_WESTERN = re.compile(rb"(?<=[A-Za-z])[\xe8\xe0\xe3\xe5\xf8\xf5]|[\xe8\xe0\xe3\xe5\xf8\xf5](?=[a-z])")
_WRONG = re.compile("[\udc80-\udcff]")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text (without the byte order mark), its encoding by Python's name, its byte order mark.

    A byte that is wrong in UTF-8 stands in the text as a lone surrogate (PEP 383), so that it can go back."""

    text: str
    encoding: str
    bom: bytes

    def encode(self, text: str | None = None) -> bytes:
        """The bytes of this text, or of an edited one in the same encoding; the same bytes for the same text.

        An edit that the old encoding has no letters for makes the whole UTF-8, rather than lose a letter."""
        text = self.text if text is None else text
        try:
            return self.bom + text.encode(self.encoding, "surrogateescape")
        except UnicodeEncodeError:
            return text.encode("utf-8", "surrogatepass")

    @property
    def broken_at(self) -> int:
        """Character offset of the first byte that is no text in this encoding, -1 if there is none."""
        wrong = _WRONG.search(self.text)
        return wrong.start() if wrong else -1


def decode(data: bytes) -> Decoded:
    """Never raises, and `decode(data).encode() == data` for every input.

    UTF-8 or UTF-16 by their marks, UTF-16 by its zero bytes, UTF-8 (also with a few wrong bytes in it), else
    Windows code page 1250 (if the letters are Polish) or 1252, else Latin-1, which fits everything."""
    for bom, encoding in BYTE_ORDER_MARKS:
        if data.startswith(bom) and (text := _in(encoding, data[len(bom) :])) is not None:
            return Decoded(text, encoding, bom)
    for guess in (_by_zero_bytes, _utf8, _by_letters):
        encoding = guess(data)
        if encoding and (text := _in(encoding, data)) is not None:
            return Decoded(text, encoding, b"")
    return Decoded(data.decode("latin-1"), "latin-1", b"")


def _in(encoding: str, data: bytes) -> str | None:
    """The text, if the bytes are right in this encoding (UTF-8: nearly all right) and come back the same."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            return None
        text = data.decode(encoding, "surrogateescape")
        return text if len(_WRONG.findall(text)) <= len(_UTF8_LETTER.findall(data)) else None
    # UTF-8 has one spelling of each text, so what was decoded strictly comes back
    return text if encoding == "utf-8" or text.encode(encoding) == data else None


def _by_zero_bytes(data: bytes) -> str:
    """UTF-16 without a mark: nearly every second byte of mostly Latin text is zero."""
    head = data[:400]
    if len(head) < 4:
        return ""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 0.7 * len(head) / 2 and even == 0:
        return "utf-16-le"
    if even > 0.7 * len(head) / 2 and odd == 0:
        return "utf-16-be"
    return ""


def _utf8(data: bytes) -> str:
    return "utf-8"


def _by_letters(data: bytes) -> str:
    return "cp1250" if len(_POLISH.findall(data)) > len(_WESTERN.findall(data)) else "cp1252"
