"""Characters that never reach a page: those XML forbids, halves of surrogate pairs, and bidi controls."""

import re

_REPLACED = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_REMOVED = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINE_END = re.compile("\r\n?")
_OTHER_SPACE = re.compile("[\x0b\x0c]")
_ANY = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """`text` with line ends as `\\n`, without a leading byte order mark, and fit for HTML and XML.

    NUL, other control characters and lone surrogates become U+FFFD, as CommonMark has it for NUL. Bidi embeddings,
    overrides and isolates are removed, so that a reader sees the letters in the order an editor approved (see CVE
    2021-42574, "Trojan Source")."""
    text = text.removeprefix("\ufeff")
    if not _ANY.search(text):
        return text
    text = _LINE_END.sub("\n", text)
    text = _OTHER_SPACE.sub(" ", text)
    return _REMOVED.sub("", _REPLACED.sub("\ufffd", text))


def clean_entity(text: str) -> str:
    """What an entity stands for, cleaned as if it had been written out."""
    return clean(text) if text != "\ufeff" else ""
