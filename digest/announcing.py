"""Tells others of what changed for readers: the WebSub hub which feeds are new, a CDN which pages to drop.

What is to be told is written in the transaction of the change itself, so nothing is told of what did not happen and
nothing is forgotten. It is sent after the commit by a thread of its own, and by `manage.py announce` where that failed
or where an embargo ends later. A hub that is away holds up and fails no publishing."""

from __future__ import annotations

import datetime
import http.client
import json
import logging
import threading
import urllib.request
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from .feeds import FORMATS
from .listings import site_address
from .models import Announcement, Publication
from .places import FEEDS, Place, keys_of, places_of

TIMEOUT = 10
"""Seconds for one answer of a hub or CDN."""
AT_ONCE = 30
"""Keys in one request; the smallest limit of the CDNs that we know (Cloudflare's, for years)."""
ATTEMPTS = 12
"""Times that something is sent; the last one comes about three days after the first."""
_log = logging.getLogger(__name__)
_turns = threading.BoundedSemaphore(2)  # one that sends, one that waits and will see whatever was written before
_sending = threading.Lock()


class Sent(NamedTuple):
    """How many announcements were sent, and how many have to wait for another attempt."""

    done: int
    failed: int


def is_wanted() -> bool:
    """Whether anybody is to be told at all."""
    return bool(settings.WEBSUB_HUB or settings.PURGE_URL)


def announce(
    places: Iterable[Place], *, publication: Publication | None = None, due: datetime.datetime | None = None
) -> None:
    """Have it told that `places` changed, and those where `publication` shows when it is told: at once after the commit
    of the current transaction, or when `due` has come."""
    if is_wanted():
        note(places, publication=publication, due=due)
        transaction.on_commit(send_soon)


def note(
    places: Iterable[Place], *, publication: Publication | None = None, due: datetime.datetime | None = None
) -> None:
    """Write down what is to be told, and leave the telling to whoever sends next."""
    Announcement.objects.create(
        due=due or timezone.now(), places=sorted(set(places)), publication_key=publication.pk if publication else None
    )


def places_before(uid: UUID) -> set[Place]:
    """Where the publications of an article show before they change; for `announce` afterwards."""
    if not is_wanted():
        return set()
    rows = Publication.objects.select_related("source").filter(uid=uid)
    return {place for row in rows for place in places_of(row)}


def send_soon() -> None:
    """Send what is due, without anybody waiting for it."""
    threading.Thread(target=_send_alone, name="announcing", daemon=True).start()


def _send_alone() -> None:
    if not _turns.acquire(blocking=False):
        return
    try:
        with _sending:
            send_due()
    except DatabaseError as error:
        _log.warning("What changed could not be announced (%s); `manage.py announce` does it later.", error)
    finally:
        connection.close()
        _turns.release()


def send_due() -> Sent:
    """Send everything that is due, each thing once in all processes; what fails is tried again later and later."""
    rows = [row for row in Announcement.objects.filter(due__lte=timezone.now()) if _claim(row)]
    if not rows:
        return Sent(0, 0)
    places = {Place(*place) for row in rows for place in row.places}
    for publication in Publication.objects.filter(pk__in=[row.publication_key for row in rows]):
        places |= places_of(publication)
    if _tell(places):
        Announcement.objects.filter(pk__in=[row.pk for row in rows]).delete()
        return Sent(len(rows), 0)
    given_up = [row.pk for row in rows if row.attempts >= ATTEMPTS - 1]
    Announcement.objects.filter(pk__in=given_up).delete()
    return Sent(0, len(rows))


def _claim(row: Announcement) -> bool:
    """Take a row for this process; another attempt is due only later, twice as late each time."""
    again = timezone.now() + datetime.timedelta(minutes=2**row.attempts)
    untouched = Announcement.objects.filter(pk=row.pk, attempts=row.attempts, due=row.due)
    return bool(untouched.update(attempts=F("attempts") + 1, due=again))


def _tell(places: set[Place]) -> bool:
    """Tell CDN and hub, in this order: a subscriber who comes at once shall not get the old page."""
    told = True
    if settings.PURGE_URL:
        keys = keys_of(places)
        for start in range(0, len(keys), AT_ONCE):
            told &= _purge(keys[start : start + AT_ONCE])
    topics = topics_of(places)
    if settings.WEBSUB_HUB and topics:
        form = urlencode([("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)])
        told &= _post(settings.WEBSUB_HUB, form, {"Content-Type": "application/x-www-form-urlencoded"})
    return told


def topics_of(places: Iterable[Place]) -> list[str]:
    """The addresses of all feeds of these places."""
    found = []
    for place in sorted(place for place in places if place.kind in FEEDS):
        with suppress(NoReverseMatch):  # a language without pages of its own
            name = {place.kind: place.name} if place.name else {}
            found += [site_address(reverse(f"digest:feed_{kind}", kwargs=name)) for kind in FORMATS]
    return found


def _purge(keys: Sequence[str]) -> bool:
    name, _, value = settings.PURGE_HEADER.partition(":")
    secret = {name.strip(): value.strip()} if name else {}
    headers = {"Content-Type": "application/json", "Surrogate-Key": " ".join(keys), **secret}
    return _post(settings.PURGE_URL, json.dumps({"tags": list(keys)}), headers)


def _post(address: str, body: str, headers: dict[str, str]) -> bool:
    request = urllib.request.Request(address, body.encode(), headers, method="POST")  # noqa: S310  settings name http(s)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310
            return True
    except (OSError, http.client.HTTPException) as error:
        _log.warning("%s did not take what changed: %s", address.partition("?")[0], error)
        return False
