"""The time that people had a text before them: added up, and never more than has passed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from editorial.models import Reading
from editorial.readings import AT_ONCE, note_reading

from .texts import imported

pytestmark = pytest.mark.django_db


def seconds(reading):
    reading.refresh_from_db()
    return reading.seconds


def test_reports_add_up(ada, bea):
    revision = imported().current
    note_reading(revision, by=ada, seconds=15)
    Reading.objects.update(last_at=timezone.now() - timedelta(seconds=20))
    note_reading(revision, by=ada, seconds=15, diff_opened=True)
    note_reading(revision, by=bea, seconds=3)
    reading = Reading.objects.get(by=ada)
    assert seconds(reading) == 30
    assert reading.diff_opened


def test_nobody_reads_longer_than_time_has_passed(ada):
    revision = imported().current
    for _ in range(20):
        note_reading(revision, by=ada, seconds=60)
    assert seconds(Reading.objects.get()) <= AT_ONCE + 20


def test_one_report_adds_a_minute_at_most(ada):
    revision = imported().current
    note_reading(revision, by=ada, seconds=100_000)
    assert seconds(Reading.objects.get()) == AT_ONCE


def test_what_was_opened_stays_opened(ada):
    revision = imported().current
    note_reading(revision, by=ada, seconds=1, diff_opened=True)
    note_reading(revision, by=ada, seconds=1)
    assert Reading.objects.get().diff_opened
