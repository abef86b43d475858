"""The articles that changed in a Git working tree since a revision, told by git itself.

Reads only; git may bring its index, its own notes on the files' times, up to date, as `git status` does."""

import os
import shutil
import subprocess
from pathlib import Path

from .files import SUFFIXES, FoundFile

# A hook, or a shell inside another repository, sets these; they would point git at that one.
_PLACES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")


class GitError(ValueError):
    """Git can't tell; the message is a sentence for the operator."""


def changed_files(tree: Path, since: str) -> list[FoundFile]:
    """The Markdown files at or below the folder `tree` that differ from the revision `since`, in order of name:
    added or modified in later commits, staged, not staged, or new and not yet known to git (unless ignored).

    Paths are relative to `tree`. Deleted files are not named; a renamed one is named by its new name. Raises
    GitError without git, outside of a working tree, and for a `since` that is no revision of it."""
    if not tree.is_dir():
        raise GitError(f"{tree}: there is no such folder. Give the folder of a git working tree.")
    if _git(tree, "rev-parse", "--is-inside-work-tree", otherwise=_no_tree(tree)) != b"true\n":
        raise GitError(_no_tree(tree))
    commit = _commit(tree, since)
    differing = _git(tree, "diff", "--name-only", "-z", "--relative", "--diff-filter=d", commit, "--", ".")
    untracked = _git(tree, "ls-files", "-z", "--others", "--exclude-standard", "--", ".")
    paths = {os.fsdecode(name) for name in (differing + untracked).split(b"\0") if name}
    found = [FoundFile(tree / path, path) for path in sorted(paths) if path.lower().endswith(SUFFIXES)]
    return [file for file in found if file.location.is_file()]


def _commit(tree: Path, since: str) -> str:
    """The full hash of the commit. What begins with - would be an option to git and is refused unseen."""
    unknown = (
        f"{since!r} names no commit in {tree}. Give a tag, a branch or a commit, such as HEAD~1; "
        "in a shallow clone fetch more of the history first."
    )
    if not since or since.startswith("-") or "\0" in since:
        raise GitError(unknown)
    return _git(tree, "rev-parse", "--verify", f"{since}^{{commit}}", otherwise=unknown).decode().strip()


def _no_tree(tree: Path) -> str:
    return f"{tree} is in no git working tree. Give a folder that a repository is checked out in."


def _git(tree: Path, *arguments: str, otherwise: str = "") -> bytes:
    """What git prints. Where it fails: GitError with `otherwise` and git's own first line."""
    program = shutil.which("git")
    if program is None:
        raise GitError("git is not installed, or not on the PATH. Install it, or name the files to import instead.")
    # fsmonitor: a program that a repository may ask for; it is not needed to compare.
    command = [program, "-C", str(tree), "-c", "core.fsmonitor=false", *arguments]
    environment = {key: value for key, value in os.environ.items() if key not in _PLACES} | {"LC_ALL": "C"}
    # No shell; the program is git, and the one argument from outside, the revision, was looked at.
    done = subprocess.run(command, capture_output=True, env=environment, check=False)  # noqa: S603
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        message = otherwise or "git can't compare the files."
        raise GitError(f"{message} (git says: {said[0]})" if said else message)
    return done.stdout
