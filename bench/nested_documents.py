"""Markdown documents made by chance, for comparing renderers: nested blocks as generators write them, and as they slip.

`nested_document(seed)` nests lists, quotes, fences, tables, headings and paragraphs with varying marks and indents and
now and then forgets a blank line, indents by one too few or many, or goes on lazily. `line_soup(seed)` puts lines of
structural characters together without any plan: ugly, but it finds what nobody thinks of."""

from __future__ import annotations

from random import Random

WORDS = """alpha beta gamma delta model łąka źródło prompt cache token 42 3.14 C++ Omit<T,K> <style> snake_case_name
    a*b x~y #newsletter-cta(x) https://example.org/a_b www.example.org ops@example.org R&D &copy; (see) e.g. don't
    \\* \\<b>"""
MARKED = (
    "**{}**",
    "*{}*",
    "_{}_",
    "`{}`",
    "~~{}~~",
    "[{}](https://example.org/x)",
    "***{}***",
    "**{}:**",
    "{}",
    "{}",
    "{}",
)
SOUP = """- * + 1. 2) > # ## ``` ~~~ --- *** === | |- :- -: a b ** * _ __ ` `` [ ] ( ) [a] [a]: /x ![ ~ ~~ \\ < > &
    &amp; : ! [x] text www.a.b http://a.b"""

_WORDS = WORDS.split()
_SOUP = [*SOUP.split(), " ", "  ", "    ", "\t"]


def nested_document(seed: int) -> str:
    """A document of up to some eighty lines; the same for the same seed."""
    return "\n".join(_Writer(Random(seed)).blocks(depth=0)) + "\n"  # noqa: S311


def line_soup(seed: int) -> str:
    """Up to eight lines of up to eight pieces each; the same for the same seed."""
    random = Random(seed)  # noqa: S311
    lines = []
    for _ in range(random.randint(1, 8)):
        indent = " " * random.choice((0, 0, 0, 1, 2, 2, 3, 4, 5))
        separator = random.choice(("", " "))
        lines.append(indent + separator.join(random.choices(_SOUP, k=random.randint(0, 8))))
    return "\n".join(lines) + "\n"


class _Writer:
    def __init__(self, random: Random) -> None:
        self.random = random

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def text(self) -> str:
        words = [
            self.random.choice(MARKED).format(self.random.choice(_WORDS))
            if self.chance(20)
            else self.random.choice(_WORDS)
            for _ in range(self.random.randint(1, 9))
        ]
        return " ".join(words)

    def blocks(self, depth: int) -> list[str]:
        """The lines of one to five blocks, as they stand inside their container."""
        lines: list[str] = []
        for _ in range(self.random.randint(1, 5 if depth < 2 else 3)):
            if lines and not self.chance(25):
                lines += [""] * (2 if self.chance(10) else 1)
            lines += self.block(depth)
        return lines

    def block(self, depth: int) -> list[str]:
        leaves = [self.paragraph] * 4 + [self.heading, self.fence, self.table, self.code, self.rule, self.definition]
        containers = [self.bullets, self.bullets, self.numbers, self.tasks, self.quote]
        kinds = leaves + (containers * 2 if depth < 4 else [])
        make = self.random.choice(kinds)
        return make(depth)

    def paragraph(self, depth: int) -> list[str]:
        lines = [self.text() for _ in range(self.random.randint(1, 3))]
        if self.chance(20):
            lines[0] = f"**{self.text()}:**"
        return [line + self.random.choice(("", "", "", "", "  ", "\\")) for line in lines]

    def heading(self, depth: int) -> list[str]:
        if self.chance(25):
            return [self.text(), self.random.choice(("---", "===", "-", "====   "))]
        return ["#" * self.random.randint(1, 6) + " " + self.text() + self.random.choice(("", "", " ##", "  #"))]

    def fence(self, depth: int) -> list[str]:
        mark = self.random.choice(("```", "```", "~~~", "````"))
        inside = [self.random.choice(("", "  ", "    ", "\t")) + self.text() for _ in range(self.random.randint(0, 4))]
        inside += [""] * self.chance(20) + ["- not a list"] * self.chance(20)
        end = [] if self.chance(5) else [mark]
        return [mark + self.random.choice(("", "python", " js"))] + inside + end

    def code(self, depth: int) -> list[str]:
        return ["    " + self.text() for _ in range(self.random.randint(1, 3))]

    def rule(self, depth: int) -> list[str]:
        return [self.random.choice(("---", "***", "* * *", "___", "- - -"))]

    def definition(self, depth: int) -> list[str]:
        name = self.random.choice("abc")
        return [f"[{name}]: https://example.org/{name} 'title'", "", f"See [{name}] and [text][{name}]."]

    def table(self, depth: int) -> list[str]:
        columns = self.random.randint(1, 4)
        marks = [self.random.choice(("---", ":--", "--:", ":-:")) for _ in range(columns)]
        rows = [
            [self.random.choice(_WORDS) for _ in range(max(1, columns - (self.chance(10))))]
            for _ in range(self.random.randint(0, 3))
        ]
        header = [self.random.choice(_WORDS) for _ in range(columns)]
        return ["| " + " | ".join(cells) + " |" for cells in (header, marks, *rows)]

    def quote(self, depth: int) -> list[str]:
        mark = self.random.choice(("> ", "> ", ">"))
        lines = [mark + line if line else ">" for line in self.blocks(depth + 1)]
        lazy = [line.removeprefix(mark) if number and self.chance(5) else line for number, line in enumerate(lines)]
        return lazy

    def bullets(self, depth: int) -> list[str]:
        mark = self.random.choice("-*+")
        return self.items(depth, [mark] * self.random.randint(1, 4))

    def numbers(self, depth: int) -> list[str]:
        start, end = self.random.choice((0, 1, 1, 1, 3, 10, 99)), self.random.choice(".)")
        return self.items(depth, [f"{start + number}{end}" for number in range(self.random.randint(1, 4))])

    def tasks(self, depth: int) -> list[str]:
        marks = ["- [ ]" if self.chance(50) else "- [x]" for _ in range(self.random.randint(1, 3))]
        return self.items(depth, marks, width=2)

    def items(self, depth: int, marks: list[str], width: int = 0) -> list[str]:
        loose = self.chance(30)
        lines: list[str] = []
        for mark in marks:
            space = " " * self.random.choice((1, 1, 1, 2, 3))
            first, *rest = self.blocks(depth + 1) if self.chance(40) else [self.text()]
            indent = " " * self.indent(width or len(mark) + len(space))
            lines.append((mark + space + first).rstrip() if self.chance(97) else mark)
            lines += [indent + line if line else "" for line in rest]
            lines += [""] * loose
        return lines[:-1] if loose else lines

    def indent(self, right: int) -> int:
        """The columns under which an item goes on: right, or as generators write it."""
        return self.random.choice((right,) * 8 + (2, 4, right - 1, right + 1))
