"""Importing what changed since a revision: which files of a working tree git names, and what it refuses."""

import os
import shutil
import subprocess
import sys

import pytest

from editorial.importing.files import read_files
from editorial.importing.git import GitError, changed_files

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(tree, *arguments):
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main")
    command = [shutil.which("git"), "-C", str(tree), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603


def write(tree, name, text="text\n"):
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(autouse=True)
def no_settings_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))


@pytest.fixture
def tree(tmp_path):
    """A working tree with one commit, tagged v1."""
    tree = tmp_path / "site"
    tree.mkdir()
    git(tree, "init", "-q")
    for name in ("kept.md", "later.md", "staged.md", "unstaged.md", "gone.md", "old-name.md", "posts/deep.md"):
        write(tree, name, f"{name}\n")
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "first")
    git(tree, "tag", "v1")
    return tree


def paths(tree, since="v1"):
    return [file.path for file in changed_files(tree, since)]


def refusal(tree, since="v1"):
    with pytest.raises(GitError) as caught:
        changed_files(tree, since)
    return str(caught.value)


def test_all_ways_in_which_a_file_can_have_changed_are_found(tree):
    write(tree, "later.md", "committed later\n")
    write(tree, "added.markdown")
    git(tree, "mv", "old-name.md", "NEW-NAME.MD")
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "second")
    write(tree, "staged.md", "staged\n")
    git(tree, "add", ".")
    write(tree, "unstaged.md", "not staged\n")
    write(tree, "posts/untracked.md")
    write(tree, "posts/photo.jpg")
    (tree / "gone.md").unlink()
    assert paths(tree) == [
        "NEW-NAME.MD",
        "added.markdown",
        "later.md",
        "posts/untracked.md",
        "staged.md",
        "unstaged.md",
    ]
    assert paths(tree, "HEAD") == ["posts/untracked.md", "staged.md", "unstaged.md"]
    assert paths(tree, "HEAD~1") == paths(tree)


def test_where_nothing_changed_nothing_is_found(tree):
    os.utime(tree / "kept.md")
    assert paths(tree) == []


def test_a_change_that_was_taken_back_is_none(tree):
    write(tree, "kept.md", "changed\n")
    git(tree, "commit", "-qam", "second")
    write(tree, "kept.md", "kept.md\n")
    assert paths(tree) == []


def test_ignored_files_are_left_out(tree):
    write(tree, ".gitignore", "drafts/\n")
    write(tree, "drafts/a.md")
    assert paths(tree) == []


def test_paths_are_relative_to_the_folder_that_was_named_and_limited_to_it(tree):
    write(tree, "kept.md", "changed\n")
    write(tree, "posts/deep.md", "changed\n")
    write(tree, "posts/new.md")
    found = changed_files(tree / "posts", "v1")
    assert [(file.path, file.location) for file in found] == [
        ("deep.md", tree / "posts" / "deep.md"),
        ("new.md", tree / "posts" / "new.md"),
    ]
    assert [file.data for file in read_files(found, max_bytes=99)] == [b"changed\n", b"text\n"]


@pytest.mark.parametrize("name", ['with "quotes".md', "two\nlines.md", "żółw.md", "-rf.md", ":(top)x.md", " a .md"])
def test_odd_names_are_named_as_they_are(tree, name):
    write(tree, name)
    assert paths(tree) == [name]
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "second")
    assert paths(tree) == [name]


@pytest.mark.skipif(sys.platform == "darwin", reason="the file system takes only UTF-8")
def test_a_name_that_is_not_utf8_is_found_and_can_be_read(tree):
    with open(os.fsencode(tree) + b"/\xbf\xf3\xb3w.md", "wb") as file:
        file.write(b"turtle")
    (found,) = changed_files(tree, "v1")
    assert os.fsencode(found.path) == b"\xbf\xf3\xb3w.md"
    assert [file.data for file in read_files([found], max_bytes=99)] == [b"turtle"]


def test_a_file_of_an_unsolved_merge_is_named_once(tree):
    git(tree, "checkout", "-qb", "other")
    write(tree, "kept.md", "one\n")
    git(tree, "commit", "-qam", "one")
    git(tree, "checkout", "-q", "-")
    write(tree, "kept.md", "two\n")
    git(tree, "commit", "-qam", "two")
    with pytest.raises(subprocess.CalledProcessError):
        git(tree, "merge", "-q", "other")
    assert paths(tree) == ["kept.md"]


def test_a_file_that_git_has_forgotten_but_the_disk_has_not_is_still_there(tree):
    git(tree, "rm", "-q", "--cached", "kept.md")
    assert paths(tree) == ["kept.md"]


def test_links_that_lead_nowhere_are_left_out(tree):
    (tree / "broken.md").symlink_to("nowhere")
    assert paths(tree) == []


@pytest.mark.parametrize("since", ["v1", "HEAD", "HEAD~0", "@", "HEAD@{0}"])
def test_every_way_to_name_a_revision_is_taken(tree, since):
    write(tree, "new.md")
    assert paths(tree, since) == ["new.md"]
    assert paths(tree, git(tree, "rev-parse", "v1")[:8]) == ["new.md"]


@pytest.mark.parametrize(
    "since",
    [
        "",
        "v9",
        "-v1",
        "--output=stolen.md",
        "--git-dir=x",
        "v1..HEAD",
        "HEAD:kept.md",
        "v1\0",
        "v1 HEAD",
        "; ls",
        "0" * 40,
    ],
)
def test_what_is_no_revision_is_refused_with_a_sentence(tree, since):
    write(tree, "new.md")
    message = refusal(tree, since)
    assert message.startswith(f"{since!r} names no commit in {tree}. Give a tag, a branch or a commit")
    assert not (tree / "stolen.md").exists()
    if since.startswith("-"):  # git was not even asked
        assert "git says" not in message


def test_a_folder_that_is_no_working_tree_is_refused(tree, tmp_path):
    (tmp_path / "plain").mkdir()
    for folder in (tmp_path / "plain", tree / ".git"):
        assert refusal(folder).startswith(f"{folder} is in no git working tree.")
    assert "no such folder" in refusal(tmp_path / "missing")


def test_a_repository_without_a_commit_has_no_revision(tmp_path):
    git(tmp_path, "init", "-q")
    assert "'HEAD' names no commit" in refusal(tmp_path, "HEAD")


def test_without_git_the_message_says_so(tree, monkeypatch):
    monkeypatch.setenv("PATH", str(tree))
    assert refusal(tree).startswith("git is not installed")


def test_a_repository_that_is_damaged_is_reported_with_what_git_says(tree):
    (tree / ".git" / "index").write_bytes(b"damaged")
    assert "git can't compare the files. (git says: " in refusal(tree)


def test_in_a_hook_of_another_repository_the_named_tree_counts(tree, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    write(tree, "new.md")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / "index"))
    assert paths(tree) == ["new.md"]


def test_programs_that_the_repository_asks_for_are_not_started(tree):
    marker = tree.parent / "started"
    for key in ("core.fsmonitor", "diff.external"):
        git(tree, "config", key, f"touch {marker}; false")
    write(tree, "kept.md", "changed\n")
    assert paths(tree) == ["kept.md"]
    assert not marker.exists()
