"""The app on a person's phone, for tests: the codes it would show."""

import time

from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice


def code_of(user, *, later=0):
    """The code that the app of a user shows now, or so many half minutes later; half set up or in use."""
    device = TOTPDevice.objects.get(user=user)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time() + later * device.step
    return f"{totp.token():06d}"


def wrong_code_of(user):
    """Six digits that no app of this user shows anywhere near now."""
    near = {code_of(user, later=steps) for steps in range(-3, 4)}
    return next(
        code
        for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
        if code not in near
    )
