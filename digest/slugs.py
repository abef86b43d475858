"""Slugs: the last part of an address. Pure; used by tags, anchors, the import and the repair of files."""

import re
import unicodedata

# Letters that Unicode does not decompose into a plain letter and a mark.
LETTERS = str.maketrans(
    {
        **{"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ı": "i", "ħ": "h", "Ħ": "H"},
        **{"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "TH", "ð": "d", "Ð": "D"},
    }
)
_APOSTROPHES = re.compile("['’ʼ]")
_GAPS = re.compile(r"[^a-z0-9]+")


def slugify(text: str) -> str:
    """Small ASCII letters and digits with single hyphens between words; "" if nothing of the text is left.

    Letters with marks become plain letters (Żółw: zolw) and apostrophes go; neither leaves a gap."""
    plain = (
        unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).translate(LETTERS)).encode("ascii", "ignore").decode()
    )
    return _GAPS.sub("-", plain.lower()).strip("-")
