"""Checks of facts: does a TLDR or a takeaway say what the story's own Summary says."""

from . import checks, products  # noqa: F401  they register

__all__: list[str] = []
