"""Imports that are killed, that meet another import, and that lose the ground under their feet."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection

pytestmark = pytest.mark.own_database

# How often the import is killed: more often than the default where there is time, such as KILL_TRIALS=50.
KILL_TRIALS = os.environ.get("KILL_TRIALS", "6")
KILL_SEED = os.environ.get("KILL_SEED", "herons")


def went_wrong(tmp_path, *arguments):
    """What a script of trials finds wrong; it has processes and databases of its own."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    if connection.vendor == "sqlite":
        url = f"sqlite:///{tmp_path}/unused.sqlite3"
    environment = {**os.environ, "TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    trials = subprocess.run(  # noqa: S603  our own script, our own arguments
        [sys.executable, "-m", "tests.import_trials", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert trials.returncode == 0, trials.stderr
    return json.loads(trials.stdout)["wrong"]


def test_an_import_killed_at_random_moments_and_run_again_ends_as_one_that_nobody_disturbed(tmp_path):
    assert went_wrong(tmp_path, "kill", KILL_TRIALS, KILL_SEED) == []


def test_two_imports_of_overlapping_sets_at_once_leave_what_one_after_the_other_leaves(tmp_path):
    assert went_wrong(tmp_path, "race") == []


def test_a_full_disk_a_lost_database_and_ctrl_c_end_with_a_sentence_and_nothing_half_done(tmp_path):
    assert went_wrong(tmp_path, "trouble") == []
