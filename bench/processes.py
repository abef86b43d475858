"""What processes take: seconds, seconds of the processor, and the memory of a process with all that it started."""

import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

LOOK_EVERY = 0.05  # seconds
_PAGE = os.sysconf("SC_PAGE_SIZE")


def timed(step: Callable[[], int]) -> dict[str, float]:
    """What a step cost: files, seconds, seconds of the processor (other processes that have ended included)."""
    started, worked = time.perf_counter(), cpu_seconds()
    files = step()
    return {
        "files": files,
        "seconds": time.perf_counter() - started,
        "cpu_seconds": cpu_seconds() - worked,
    }


def cpu_seconds() -> float:
    """Seconds of the processor that this process and those that it started, and that have ended, took so far."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def peak_of(process: subprocess.Popen[bytes]) -> float:
    """The highest sum of resident memory, in MB, of a process and all below it, until it ends. Linux only."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(_resident(pid) for pid in _tree(process.pid)))
        time.sleep(LOOK_EVERY)
    return peak / 1_000_000


def tree_cpu_seconds(pid: int) -> float:
    """Seconds of the processor that a process and all below it took so far. Linux only."""
    return sum(_cpu(each) for each in _tree(pid))


def _cpu(pid: int) -> float:
    try:
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    except (OSError, ValueError):
        return 0
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # it has ended meanwhile
        return
    for child in children:
        yield from _tree(child)


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
