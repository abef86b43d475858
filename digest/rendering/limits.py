"""What a text may ask of the renderer: the error of a text that asks for more, and the budget that counts."""

MAX_DEPTH = 100
"""Lists and quotes inside each other, counting each list as two levels (the list and its item); so many levels of
emphasis and brackets inside each other too. cmark-gfm stops at 100 lists; browsers flatten at 512 elements."""

MAX_WORK = 20_000
"""Lines, open blocks per line, and inline marks. An article of 10 kB spends 220 on average
(real corpus), so one of 200,000 characters some 4,400. A unit takes 2 to 10 µs on the reference machine."""

LINK_WORK = 2
"""What a bare address or a destination in parentheses costs beside its marks."""


class RenderingError(ValueError):
    """A text that is not rendered. The message is a sentence for an editor: what, where, what to do."""


class Budget:
    """Counts the work that one text causes and refuses the text at `MAX_WORK`, so that none can hang a process."""

    __slots__ = ("left", "line")

    def __init__(self) -> None:
        self.left = MAX_WORK
        self.line = 1

    def spend(self, amount: int) -> None:
        """Take `amount` units; raise `RenderingError` when none are left."""
        self.left -= amount
        if self.left < 0:
            raise RenderingError(
                f"At line {self.line} this text has more lines, cells and marks than can be rendered in time "
                f"(the limit is {MAX_WORK:,}). Look there for long runs of brackets, stars, quotes, list marks or "
                "empty lines and take them out, or split the article in two."
            )

    def check_depth(self, depth: int, what: str) -> None:
        """Raise `RenderingError` when `depth` levels of `what` are more than `MAX_DEPTH`."""
        if depth > MAX_DEPTH:
            raise RenderingError(
                f"Line {self.line} puts {what} more than {MAX_DEPTH} levels deep into each other. "
                "Take out some of these levels."
            )
