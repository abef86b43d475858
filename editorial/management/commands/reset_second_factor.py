"""manage.py reset_second_factor USERNAME: for whoever has lost both the app and the recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from editorial.access.second_factor import SecondFactorError, reset


class Command(BaseCommand):
    help = (
        "Remove the lost second factor of an account and end all its sessions. Be sure whom you talk to: from then on "
        "the password alone lets that account in, until it has set up another app."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--by", metavar="USERNAME", help="the superuser that the log names for it")

    def handle(self, *args: Any, username: str, by: str | None, **options: Any) -> None:
        user = _account(username)
        actor = _account(by) if by else None
        if actor and not (actor.is_superuser and actor.is_active):
            raise CommandError(f"{by} is no superuser. Name one, or leave --by out.", returncode=2)
        try:
            ended = reset(user, by=actor)
        except SecondFactorError as error:
            raise CommandError(str(error)) from None
        sessions = "1 session" if ended == 1 else f"{ended} sessions"
        self.stdout.write(f"{username} has no second factor any more; {sessions} ended.")


def _account(username: str) -> Any:
    """The account of that name. Raises CommandError when there is none."""
    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no account named {username!r}.", returncode=2)
    return user
