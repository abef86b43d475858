"""No cell that goes out in a table is run by the spreadsheet that opens it."""

import pytest

from editorial.spreadsheets import harmless


@pytest.mark.parametrize("cell", ["=1+1", " =1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "＝HYPERLINK(1)", "＋1"])
def test_what_could_be_a_formula_begins_with_an_apostrophe(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Herons return", "1 = 1", "", 5, None, "a\n=1"])
def test_all_else_stays_as_it_is(cell):
    assert harmless(cell) == cell
