"""Bounds on CPU time that hold on a slow, busy or traced machine too: they grow with what an ordinary text takes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from digest.rendering import render

ORDINARY = (
    "## The [heron](https://example.org/heron)\n\n**TLDR:** It *waits* 12.5 % of the time.\n\n- one\n- two\n\n" * 40
)
USUAL = 0.008  # CPU seconds that rendering ORDINARY takes where the bounds were set, with nothing else running


def _ordinary() -> float:
    started = time.process_time()
    render(ORDINARY)
    return time.process_time() - started


@contextmanager
def assert_cpu_seconds(most: float) -> Iterator[None]:
    """Fail when the block takes more CPU seconds than `most`, times how much slower than usual an ordinary text is
    rendered just before and after. For what takes minutes where it goes wrong: `most` is far from both."""
    before = [_ordinary() for _ in range(4)][1:]  # the first one warms up
    started = time.process_time()
    yield
    taken = time.process_time() - started
    slower = max(1.0, max(before + [_ordinary() for _ in range(3)]) / USUAL)
    assert taken < most * slower, f"{taken:.2f} CPU s; at most {most} s, times {slower:.1f} for a slow machine"
