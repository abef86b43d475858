"""Who may do what: three roles as groups, each with all the rights of the one before (`fixtures/roles.json`)."""

import json
from itertools import accumulate
from pathlib import Path
from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions

WRITERS, REVIEWERS, PUBLISHERS = "Writers", "Reviewers", "Publishers"
APPS = ("editorial", "digest")
"""The applications that the rights are about; no codename of the table is in both."""
TABLE = Path(__file__).resolve().parent.parent / "fixtures" / "roles.json"


def roles() -> dict[str, list[str]]:
    """The codenames of each role's permissions, in order of growing rights."""
    own: dict[str, list[str]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return dict(zip(own, accumulate(own.values()), strict=True))


def create_roles(group_model: Any, permission_model: Any) -> None:
    """Make the groups and give them their permissions; running it again changes nothing."""
    for name, codenames in roles().items():
        group, _ = group_model.objects.get_or_create(name=name)
        group.permissions.add(
            *permission_model.objects.filter(content_type__app_label__in=APPS, codename__in=codenames)
        )


def migrate_roles(apps: Any, editor: Any) -> None:
    """For a migration that follows new models or permissions: Django makes permissions only after all migrations,
    too late for the groups that need them."""
    for name in APPS:
        create_permissions(installed.get_app_config(name), verbosity=0, apps=apps, using=editor.connection.alias)
    create_roles(apps.get_model("auth", "Group"), apps.get_model("auth", "Permission"))
