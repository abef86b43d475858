"""manage.py undo_batch ID: take an import back, as long as nothing of it was approved or edited."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from editorial.models import Batch
from editorial.undoing import Undo, plan_undo, undo
from editorial.workflow import WorkflowError

NOT_POSSIBLE, WRONG_USAGE = 1, 2


class Command(BaseCommand):
    help = (
        "Take back the import of this number (import_articles --json and the desk name it). Ends with 0 when it is "
        "done, 1 when it is not possible (each article in the way is named on stderr), 2 on wrong usage."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("batch", type=int, metavar="ID")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--by", metavar="USERNAME", help="the account that answers for it; not for --dry-run")
        parser.add_argument("--reason", default="", help="what the log says about it")

    def handle(self, *args: Any, **options: Any) -> None:
        batch = Batch.objects.filter(pk=options["batch"]).first()
        if batch is None:
            raise CommandError(f"There is no batch number {options['batch']}.", returncode=WRONG_USAGE)
        planned = plan_undo(batch)
        if options["dry_run"]:
            self._foretell(batch, planned)
            return
        try:
            done = undo(batch, by=_account(options["by"]), reason=options["reason"])
        except WorkflowError as error:
            self._name(planned)
            raise CommandError(str(error), returncode=NOT_POSSIBLE) from None
        self.stdout.write(f"Batch {batch.pk} is taken back: {_counts(done)}.")

    def _foretell(self, batch: Batch, planned: Undo) -> None:
        if batch.undone_at:
            raise CommandError(f"Batch {batch.pk} was taken back already.", returncode=NOT_POSSIBLE)
        if not planned.is_possible:
            self._name(planned)
            count = len(planned.refusals)
            ways = "1 article is" if count == 1 else f"{count} articles are"
            raise CommandError(f"Batch {batch.pk} can't be taken back: {ways} in the way.", returncode=NOT_POSSIBLE)
        self.stdout.write(f"Batch {batch.pk} would be taken back: {_counts(planned)}. Nothing was written.")

    def _name(self, planned: Undo) -> None:
        for article, why in planned.refusals:
            self.stderr.write(f"{article.slug}: {why}")


def _account(username: str | None) -> Any:
    if not username:
        raise CommandError("Say with --by USERNAME whose account answers for it.", returncode=WRONG_USAGE)
    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no account named {username!r} for --by.", returncode=WRONG_USAGE)
    return user


def _counts(undo: Undo) -> str:
    return (
        f"{len(undo.removed)} removed, {len(undo.restored)} restored to the text before, "
        f"{len(undo.cleared)} without the text that waited, {undo.closed} held files closed"
    )
