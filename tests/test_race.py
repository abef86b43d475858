"""Two reviewers, two processes, one moment."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from django.db import connection

from digest.models import Publication
from editorial.models import Event
from editorial.workflow import Action

from .servers import database_url
from .texts import act, imported


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_who_approve_at_once_one_wins_and_the_other_gets_a_sentence(ada, bea, tmp_path):
    revision = act(imported(), Action.START_REVIEW, by=ada).current
    url = database_url(tmp_path)
    environment = {**os.environ, "TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    start = time.time() + 3
    contestants = [
        subprocess.Popen(  # noqa: S603  our own script, our own arguments
            [sys.executable, "-m", "tests.race_contestant", name, str(revision.pk), str(start)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("ada", "bea")
    ]
    said = sorted(out or err for out, err in (contestant.communicate(timeout=60) for contestant in contestants))
    assert said[1] == "won", said
    assert said[0].startswith("refused: “Herons return” is approved now"), said
    assert "Last step:" in said[0]
    assert rows(url, Publication) == 1
    assert rows(url, Event, "WHERE action = 'approve'") == 1


def rows(url, model, where=""):
    """How many rows that database has now."""
    question = f"SELECT count(*) FROM {model._meta.db_table} {where}"  # noqa: S608  a table of ours
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other:
            return other.execute(question).fetchone()[0]
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]
