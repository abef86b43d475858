"""One line while containers take their share of it. Columns count from the line's start, a tab reaches the next
column that four divides."""

TAB = 4
CODE_INDENT = 4


class Line:
    """What is left of a line: `rest` begins at `column`; `text` is `rest` without its `indent` columns."""

    __slots__ = ("rest", "column", "indent", "text", "begins")

    def __init__(self, rest: str) -> None:
        self.rest = rest
        self.column = 0
        self.begins = True  # nothing but indentation was taken
        self._measure()

    @property
    def blank(self) -> bool:
        """Whether nothing but spaces and tabs is left."""
        return not self.text

    @property
    def indented(self) -> bool:
        """Whether the line is indented far enough for code."""
        return self.indent >= CODE_INDENT

    def _measure(self) -> None:
        self.text = self.rest.lstrip(" \t")
        width = len(self.rest) - len(self.text)
        if width and "\t" in self.rest[:width]:
            width = self._columns(self.rest[:width])
        self.indent = width

    def _columns(self, space: str) -> int:
        column = self.column
        for character in space:
            column += TAB - column % TAB if character == "\t" else 1
        return column - self.column

    def take(self, characters: int) -> None:
        """Drop the indentation and `characters` of the text, none of them a tab."""
        self.begins = False
        self.column += self.indent + characters
        self.rest = self.text[characters:]
        self._measure()

    def take_space(self, columns: int) -> None:
        """Drop up to `columns` columns of indentation; what is left of a tab stays as spaces."""
        columns = min(columns, self.indent)
        space, width = 0, 0
        while width < columns:
            column = self.column + width
            width += TAB - column % TAB if self.rest[space] == "\t" else 1
            space += 1
        self.rest = " " * (width - columns) + self.rest[space:]
        self.column += columns
        self._measure()

    def take_all(self) -> None:
        """Drop everything."""
        self.rest = self.text = ""
        self.indent = 0
