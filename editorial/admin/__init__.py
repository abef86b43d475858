"""The desk in Django's admin: pages read the request, call one domain function, answer."""

import django_otp.plugins.otp_static.admin  # noqa: F401
import django_otp.plugins.otp_totp.admin  # noqa: F401
import taggit.admin  # noqa: F401  these register their models before we take them off again
from django.contrib import admin
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from taggit.models import Tag as UnusedTag

from . import (
    articles,
    batches,
    checks,
    held,
    intake,
    links,
    log,
    mentions,
    previews,
    reasons,
    site_pages,
    sweeps,
    vocabulary,
)

admin.site.site_header = "Digest desk"
admin.site.site_title = "Digest desk"
admin.site.index_title = "The desk"
admin.site.enable_nav_sidebar = False  # its width belongs to the texts
# taggit's own tag model, ours is digest.Tag; and the devices, whose secrets concern nobody but their owner
for unused in (UnusedTag, TOTPDevice, StaticDevice):
    admin.site.unregister(unused)

__all__ = [
    "articles",
    "batches",
    "checks",
    "held",
    "intake",
    "links",
    "log",
    "mentions",
    "previews",
    "reasons",
    "site_pages",
    "sweeps",
    "vocabulary",
]
