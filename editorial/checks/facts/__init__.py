"""Checks of facts: does a TLDR or a takeaway say what the story's own Summary says, a story what its source says."""

from . import names, numbers, products, sources  # noqa: F401  they register

__all__: list[str] = []
