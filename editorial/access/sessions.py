"""Where a person is signed in, how long that holds, and how it is ended."""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp import DEVICE_ID_SESSION_KEY

from ..models import DeskSession
from ..models.log import record
from .addresses import client_address

NOTE_EVERY = 300  # seconds between two notes that a session is in use: each is a write
AGENT_MAX = 200  # characters of what a browser says of itself
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One session as its owner sees it. `handle` names it without giving away its key."""

    handle: str
    browser: str
    address: str
    started: datetime.datetime | None
    seen: datetime.datetime | None
    is_current: bool
    is_verified: bool


def begin(*, request: HttpRequest, **kwargs: Any) -> None:
    """Note with a session that has just been signed in to where and when that was (a receiver of `user_logged_in`)."""
    now = int(time.time())
    agent = request.META.get("HTTP_USER_AGENT", "")[:AGENT_MAX]
    request.session.update({"started": now, "seen": now, "address": client_address(request) or "", "agent": agent})


def is_over(session: SessionBase | dict[str, Any]) -> bool:
    """Whether a session has lasted as long as one may (SESSION_MAX_HOURS), however busy it was."""
    started: int = session.get("started", 0)
    return bool(started) and time.time() - started > settings.SESSION_MAX_HOURS * 3600


def note_use(session: SessionBase) -> None:
    """Prolong a session that is in use; a write at most every NOTE_EVERY seconds."""
    if time.time() - session.get("seen", 0) > NOTE_EVERY:
        session["seen"] = int(time.time())


def sessions_of(user: User, *, current: str = "") -> list[SignedIn]:
    """Where a person is signed in, the session with the key `current` first, then by their last use."""
    rows = DeskSession.objects.filter(user=user, expire_date__gt=timezone.now())
    found = [_shown(row, current) for row in rows if not is_over(row.get_decoded())]
    return sorted(found, key=lambda one: (one.is_current, one.seen or timezone.now()), reverse=True)


def end_session(user: User, handle: str) -> bool:
    """End one of a person's own sessions; whether there was one."""
    keys = DeskSession.objects.filter(user=user).values_list("session_key", flat=True)
    key = next((key for key in keys if _handle(key) == handle), None)
    return bool(key) and bool(DeskSession.objects.filter(user=user, session_key=key).delete()[0])


def end_all(user: User, *, keep: str | None = None) -> int:
    """End all sessions of a person but the one with the key `keep`; how many there were."""
    return DeskSession.objects.filter(user=user).exclude(session_key=keep or "").delete()[0]


def sign_out_everywhere(user: User) -> int:
    """End all sessions of a person, this one included, and say so in the log; how many there were."""
    with transaction.atomic():
        count = end_all(user)
        record("sign_out_everywhere", by=user, data={"sessions": count})
    return count


def _shown(row: DeskSession, current: str) -> SignedIn:
    data = row.get_decoded()
    return SignedIn(
        handle=_handle(row.session_key),
        browser=_browser(data.get("agent", "")),
        address=data.get("address", ""),
        started=_time(data.get("started")),
        seen=_time(data.get("seen")),
        is_current=row.session_key == current,
        is_verified=DEVICE_ID_SESSION_KEY in data,
    )


def _handle(key: str) -> str:
    return salted_hmac("editorial.access.sessions", key, algorithm="sha256").hexdigest()[:20]


def _time(seconds: int | None) -> datetime.datetime | None:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC) if seconds else None


def _browser(agent: str) -> str:
    """What a browser says of itself, in two words: "Firefox on Linux"."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "A browser")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return f"{browser} on {system}" if system else browser
