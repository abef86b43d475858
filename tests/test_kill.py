"""Imports that are killed, that meet another import, and that lose the ground under their feet."""

import json
import os
import subprocess
import sys
from functools import partial

import pytest
from django.db import connection

pytestmark = pytest.mark.own_database

# How often the import is killed: more often than the default where there is time, such as KILL_TRIALS=50.
KILL_TRIALS = os.environ.get("KILL_TRIALS", "6")
KILL_SEED = os.environ.get("KILL_SEED", "herons")


@pytest.fixture
def trials(migrated, tmp_path):
    """Runs a script of trials and gives what it finds wrong; it has processes and databases of its own."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TRIALS_COPY": migrated,
        "TRIALS_CHUNK": "60",  # as many chunks as usual with fewer files in each
    }
    if connection.vendor == "sqlite":
        environment["TEST_DATABASE_URL"] = f"sqlite:///{tmp_path}/unused.sqlite3"
    return partial(went_wrong, environment)


def went_wrong(environment, *arguments):
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


def test_an_import_killed_at_random_moments_and_run_again_ends_as_one_that_nobody_disturbed(trials):
    assert trials("kill", KILL_TRIALS, KILL_SEED) == []


def test_two_imports_of_overlapping_sets_at_once_leave_what_one_after_the_other_leaves(trials):
    assert trials("race") == []


def test_a_full_disk_a_lost_database_and_ctrl_c_end_with_a_sentence_and_nothing_half_done(trials):
    assert trials("trouble") == []
