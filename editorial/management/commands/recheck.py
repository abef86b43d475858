"""manage.py recheck: run the checks over the desk's texts, all or some of them."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, QuerySet, Sum
from tqdm import tqdm

from editorial.checking import check_all, load_house, stale
from editorial.checks import RULES
from editorial.importing.failures import RUN_STOPPERS, explain
from editorial.models import Article, Finding, Source

WRONG_USAGE, GIVEN_UP, INTERRUPTED = 2, 3, 130
_AGAIN = "What was checked stays. Run the same command again to go on."


class Command(BaseCommand):
    help = (
        "Run the checks over all articles whose text was not looked at under today's rules (versions of the checks, "
        "their settings, the house list), or over some of them. Stopped at any point, the same command goes on from "
        "there. Ends with 0 when all are checked, whatever was found, 2 on wrong usage, 3 when the database gave up, "
        "130 after Ctrl-C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("articles", nargs="*", metavar="SLUG", help="only these articles, by slug or number")
        parser.add_argument("--source", metavar="NAME", help="only articles of this source")
        parser.add_argument("--batch", type=int, metavar="ID", help="only articles that this import brought")
        parser.add_argument("--check", metavar="CODE", help="only articles in which this check has found something")
        parser.add_argument(
            "--again", action="store_true", help="also those that were looked at under today's rules; from the start"
        )
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0

        def count(more: int) -> None:
            nonlocal done
            done += more
            progress.update(more)

        try:
            house = load_house()
            chosen = self._chosen(options)
            articles = chosen if options["again"] else stale(house) & chosen
            with tqdm(total=articles.count(), desc="Checking", unit=" articles", disable=None, leave=False) as progress:
                check_all(articles, house, on_progress=count)
        except KeyboardInterrupt:
            self.stderr.write(f"Stopped after {_articles(done)}. {_AGAIN}")
            raise SystemExit(INTERRUPTED) from None
        except RUN_STOPPERS as error:
            message = f"Stopped after {_articles(done)}: {explain(error)} {_AGAIN}"
            raise CommandError(message, returncode=GIVEN_UP) from None
        self._print(done, chosen, as_json=options["json"])

    def _chosen(self, options: dict[str, Any]) -> QuerySet[Article]:
        articles = Article.objects.filter(current__isnull=False)
        if names := options["articles"]:
            articles = articles.filter(pk__in=[self._named(name) for name in names])
        if name := options["source"]:
            source = Source.objects.filter(name=name).first() or Source.objects.filter(aliases__name=name).first()
            if source is None:
                raise CommandError(f"There is no source named {name!r}.", returncode=WRONG_USAGE)
            articles = articles.filter(source=source)
        if options["batch"] is not None:
            brought = Article.objects.filter(batch_files__batch=options["batch"])
            articles = articles.filter(pk__in=brought.values("pk"))
        if code := options["check"]:
            if code not in RULES:
                raise CommandError(f"There is no check named {code!r}. See docs/checks.md.", returncode=WRONG_USAGE)
            articles = articles.filter(current__in=Finding.objects.filter(code=code).values("revision"))
        return articles

    def _named(self, name: str) -> int:
        found = Article.objects.filter(slug=name).values_list("pk", flat=True).first()
        if found is None and name.isdecimal() and len(name) < 19:
            found = Article.objects.filter(pk=int(name)).values_list("pk", flat=True).first()
        if found is None:
            raise CommandError(f"There is no article named {name!r}.", returncode=WRONG_USAGE)
        return int(found)

    def _print(self, done: int, chosen: QuerySet[Article], *, as_json: bool) -> None:
        open_now = chosen.aggregate(blocks=Sum("block_count", default=0), warnings=Sum("warn_count", default=0))
        if not as_json:
            self.stdout.write(
                f"{_articles(done)} checked. Of {_articles(chosen.count())} the checks have "
                f"{open_now['blocks']} open findings that block and {open_now['warnings']} warnings."
            )
            return
        found = Finding.objects.filter(revision__in=chosen.values("current")).order_by("code")
        by_code = dict(found.values_list("code").annotate(Count("revision", distinct=True)))
        outcome = {"checked": done, "articles": chosen.count(), **open_now, "articles_by_code": by_code}
        self.stdout.write(json.dumps(outcome, indent=2))


def _articles(count: int) -> str:
    return "1 article" if count == 1 else f"{count} articles"
