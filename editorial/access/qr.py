"""A QR code as the path of an SVG, so that a template can draw it under a strict Content-Security-Policy. Pure."""

from typing import NamedTuple

import qrcode

QUIET = 4  # modules of white around it, as ISO/IEC 18004 asks


class QrCode(NamedTuple):
    """`path` draws the dark modules in a square of `size` units."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """The QR code of a text of at most some 2,000 characters."""
    code = qrcode.QRCode(border=QUIET)
    code.add_data(text)
    matrix = code.get_matrix()
    runs = (run for row, cells in enumerate(matrix) for run in _runs(row, cells))
    return QrCode(len(matrix), "".join(f"M{column} {row}h{length}v1h-{length}z" for row, column, length in runs))


def _runs(row: int, cells: list[bool]) -> list[tuple[int, int, int]]:
    """The dark stretches of a row: row, first column, length."""
    runs: list[tuple[int, int, int]] = []
    for column, dark in enumerate(cells):
        if not dark:
            continue
        if runs and sum(runs[-1][1:]) == column:
            runs[-1] = (row, runs[-1][1], runs[-1][2] + 1)
        else:
            runs.append((row, column, 1))
    return runs
