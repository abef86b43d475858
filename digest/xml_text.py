"""Text that any XML document can hold. Pure."""

import re

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Everything that XML 1.0 (section 2.2, Char) has no room for, not even escaped."""


def xml_text(text: str) -> str:
    """`text` with U+FFFD for each character that XML can't hold."""
    return _NOT_XML.sub("\ufffd", text)
