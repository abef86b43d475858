"""The second factor: codes of an app (TOTP, RFC 6238), and recovery codes for the day the phone is lost.

django-otp keeps the devices, counts wrong codes and takes no code twice; what is switched on or off is in the log."""

from __future__ import annotations

import base64
import hashlib
import math
import secrets

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from ..models.log import record
from ..workflow import WorkflowError
from . import sessions

RECOVERY_CODES = 10
CODE_BYTES = 10  # 16 letters in base 32; with 80 bits an unsalted hash can't be turned around
PUBLISHERS_RIGHT = "editorial.retract_article"  # what Publishers may and others may not


class SecondFactorError(WorkflowError):
    """A code that is not right, or a change that is not possible; the message is a sentence for its owner."""


class TooSoon(SecondFactorError):
    """A code that was not even looked at, since there were too many wrong ones just before."""


def is_required(user: User) -> bool:
    """Whether this person has to have one (SECOND_FACTOR). Costs no query where the rights are known already."""
    if settings.SECOND_FACTOR == "all":
        return True
    return settings.SECOND_FACTOR == "publishers" and user.has_perm(PUBLISHERS_RIGHT)


def app_of(user: User) -> TOTPDevice | None:
    """The app that a person has set up, None without a second factor."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def is_on(user: User) -> bool:
    return app_of(user) is not None


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    return sum(device.token_set.count() for device in StaticDevice.objects.filter(user=user))


def begin(user: User) -> TOTPDevice:
    """A new app's secret, which counts from its first right code on; the same one until then."""
    _refuse_second(user)
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "app"})
    return device


def switch_on(user: User, code: str, *, keep: str | None = None) -> list[str]:
    """Take the app into use with its first code; the recovery codes, which nobody can see again.

    Ends all sessions but that with the key `keep`, as they were begun without. Raises SecondFactorError."""
    with transaction.atomic():
        _refuse_second(user)
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None:
        raise SecondFactorError("This setup is not there any more. Begin it again.")
    _verify(user, device, code)
    with transaction.atomic():
        device.confirmed = True
        device.save()
        codes = _new_codes(user)
        ended = sessions.end_all(user, keep=keep)
        record("second_factor_on", by=user, data={"sessions_ended": ended})
    return codes


def verify(user: User, code: str) -> Device:
    """The device that a person's code is from: the app, or the list of recovery codes, each good for once.

    Raises TooSoon or SecondFactorError."""
    if _is_of_app(code):
        device: Device | None = app_of(user)
    else:
        device = StaticDevice.objects.filter(user=user, confirmed=True).first()
    if device is None:
        raise SecondFactorError("This is no code of your app and no recovery code. Type it as it is shown.")
    _verify(user, device, code)
    if isinstance(device, StaticDevice):
        with transaction.atomic():
            record("use_recovery_code", by=user, data={"left": codes_left(user)})
    return device


def renew_codes(user: User, code: str) -> list[str]:
    """New recovery codes for a right code; the old ones are void. Raises as `verify`."""
    verify(user, code)
    with transaction.atomic():
        codes = _new_codes(user)
        record("new_recovery_codes", by=user)
    return codes


def switch_off(user: User, code: str) -> None:
    """Do without a second factor from now on, for a right code. Raises as `verify`."""
    verify(user, code)
    with transaction.atomic():
        _forget(user)
        record("second_factor_off", by=user)


def reset(user: User, *, by: User | None) -> int:
    """Forget a person's lost second factor and end all their sessions; how many there were.

    Raises SecondFactorError if there is nothing to forget."""
    with transaction.atomic():
        if not _forget(user):
            raise SecondFactorError(f"{user.get_username()} has no second factor. Nothing was changed.")
        ended = sessions.end_all(user)
        record("reset_second_factor", by=by, data={"of": user.get_username(), "sessions_ended": ended})
    return ended


def _refuse_second(user: User) -> None:
    if is_on(user):
        raise SecondFactorError("You have a second factor already. Switch it off before you set up another app.")


def _is_of_app(code: str) -> bool:
    code = _bare(code)
    return code.isascii() and code.isdigit() and len(code) == 6


def _bare(code: str) -> str:
    """A code without the blanks and hyphens that people type or paste."""
    return "".join(code.split()).replace("-", "").lower()


def _verify(user: User, device: Device, code: str) -> None:
    """Try a code on a device, one at a time: the row is locked meanwhile. A wrong code is counted, so this must not
    stand in a transaction that is taken back."""
    bare = _bare(code)
    with transaction.atomic():
        locked = Device.from_persistent_id(device.persistent_id, for_verify=True)
        if locked is None or locked.user_id != user.pk:
            raise SecondFactorError("This second factor is not there any more. Sign in again.")
        allowed, why = locked.verify_is_allowed()
        is_right = allowed and locked.verify_token(bare if isinstance(locked, TOTPDevice) else _stored(bare))
    if not allowed:
        wait = math.ceil((why["locked_until"] - timezone.now()).total_seconds())
        seconds = "a second" if wait <= 1 else f"{wait} seconds"
        raise TooSoon(f"There were wrong codes just before. Wait {seconds}, then type the code that is shown then.")
    if not is_right:
        raise SecondFactorError("This code is not right, or was used already. Type the one that the app shows now.")
    device.refresh_from_db()


def _new_codes(user: User) -> list[str]:
    """Ten fresh recovery codes in place of all old ones. The database has only their hashes."""
    device, _ = StaticDevice.objects.get_or_create(user=user, defaults={"name": "recovery codes"})
    device.token_set.all().delete()
    codes = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
    for code in codes:
        device.token_set.create(token=_stored(code))
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def _stored(code: str) -> str:
    """What the database has of a recovery code: 80 bits of its SHA-256, in the 16 letters that there is room for."""
    return base64.b32encode(hashlib.sha256(code.encode("utf-8", "replace")).digest()[:CODE_BYTES]).decode().lower()


def _forget(user: User) -> int:
    """Remove all devices of a person, half set-up ones too; how many were in use."""
    in_use: int = TOTPDevice.objects.filter(user=user, confirmed=True).count()
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    return in_use
