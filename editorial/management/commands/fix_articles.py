"""manage.py fix_articles: apply the safe fixes to the desk's texts, to what an import brought or to all open ones."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from editorial.fixing import brought_by, fix_all
from editorial.importing.failures import RUN_STOPPERS, explain
from editorial.models import Article, Batch

WRONG_USAGE, GIVEN_UP, INTERRUPTED = 2, 3, 130
_AGAIN = "What was fixed stays. Run the same command again to go on."


class Command(BaseCommand):
    help = (
        "Apply the safe fixes of the checks: a new revision for each text that they change, with an event in the log. "
        "Approved, rejected and retracted articles are left alone. Stopped at any point, the same command goes on from "
        "there. Ends with 0 when all are fixed, 2 on wrong usage, 3 when the database gave up, 130 after Ctrl-C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--batch", type=int, metavar="ID", help="what this import brought")
        which.add_argument("--unapproved", action="store_true", help="all texts that nobody has decided on")
        parser.add_argument("--by", metavar="USERNAME", help="the account that the log names for this")

    def handle(self, *args: Any, **options: Any) -> None:
        by = _account(options["by"])
        try:
            batch = _batch(options["batch"])
            articles = brought_by(batch) if batch else Article.objects.all()
            with tqdm(total=articles.count(), desc="Fixing", unit=" articles", disable=None, leave=False) as progress:
                changed = fix_all(
                    articles, by=by, batch=batch, on_progress=lambda count: progress.update(count) and None
                )
        except KeyboardInterrupt:
            self.stderr.write(f"Stopped. {_AGAIN}")
            raise SystemExit(INTERRUPTED) from None
        except RUN_STOPPERS as error:
            raise CommandError(f"Stopped: {explain(error)} {_AGAIN}", returncode=GIVEN_UP) from None
        self.stdout.write("1 article was fixed." if changed == 1 else f"{changed} articles were fixed.")


def _batch(key: int | None) -> Batch | None:
    if key is None:
        return None
    batch = Batch.objects.filter(pk=key).first() if key < 2**63 else None
    if batch is None:
        raise CommandError(f"There is no batch {key}.", returncode=WRONG_USAGE)
    return batch


def _account(username: str | None) -> Any:
    user = get_user_model().objects.filter(username=username).first() if username else None
    if username and user is None:
        raise CommandError(f"There is no account named {username!r} for --by.", returncode=WRONG_USAGE)
    return user
