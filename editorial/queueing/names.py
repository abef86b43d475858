"""The name a person is shown by, as a question to the database: what `models.log.name_of` says of a user."""

from __future__ import annotations

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim


def shown_name(path: str = "") -> Coalesce:
    """Of the user that `path` leads to (`assignee__`): the full name, or the account's; null where it leads nowhere."""
    full = Trim(Concat(f"{path}first_name", Value(" "), f"{path}last_name"))
    return Coalesce(NullIf(full, Value("")), F(f"{path}username"))
