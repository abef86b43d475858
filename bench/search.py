"""How long a search takes, beside the plainest search that the same database can do: the tables of docs/search.md.

    DATABASE_URL=sqlite:////tmp/bench.sqlite3 python -m bench.search FOLDER --sizes 1500 15000 100000
    python -m bench.search FOLDER --stems

FOLDER holds Markdown articles. The database must be a new one, for this alone. Each size is filled up with
articles made of sentences of the real ones, so that words are as frequent as they really are. `--stems` compares
our Polish endings with Snowball's Polish stemmer on the words of FOLDER."""

import argparse
import collections
import datetime
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest.settings")
REPEATS = 15
TAGS = 300
WORDS = 900  # of an article; the real ones have 690 in the median and 1,100 on average


class Original(NamedTuple):
    title: str
    excerpt: str
    language: str
    sentences: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_500, 15_000])
    parser.add_argument("--stems", action="store_true")
    options = parser.parse_args()
    django.setup()
    if options.stems:
        compare_stems(options.folder)
        return
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    originals = list(read(options.folder))
    print(f"{connection.vendor}, {len(originals)} originals; fastest of {REPEATS} runs, in milliseconds\n")
    for size in options.sizes:
        fill(originals, size)
        print_table(size)


def read(folder: Path) -> Iterator[Original]:
    from digest.rendering import render
    from digest.search.plain import plain_text
    from editorial.document import Document

    for path in sorted(folder.rglob("*.md")):
        document = Document.parse(path.read_bytes().decode("utf-8", "replace"))
        if document.frontmatter is None:
            continue
        text = plain_text(render(document.body))
        language = "pl" if "#pl" in str(document.frontmatter.get("hashtags", "")) else "en"
        sentences = re.split(r"(?<=[.!?]) ", text)
        if len(sentences) > 5:
            yield Original(
                document.frontmatter.title, str(document.frontmatter.get("excerpt", "")), language, sentences
            )


def fill(originals: list[Original], size: int) -> None:
    """Add publications until there are `size` of them, and index them all."""
    from django.db import transaction

    from digest.models import Publication, PublicationTag, PublicSource, Tag
    from digest.search.indexing import rebuild

    have = Publication.objects.count()
    tags = list(Tag.named([f"subject {number}" for number in range(TAGS)]).values())
    sources = [
        PublicSource.objects.get_or_create(slug=f"source-{n}", defaults={"name": f"Source {n}"})[0] for n in range(30)
    ]
    pool = {code: [s for each in originals if each.language == code for s in each.sentences] for code in ("en", "pl")}
    while have < size:
        with transaction.atomic():
            batch = [made(originals, pool, sources, number) for number in range(have, min(have + 500, size))]
            rows = Publication.objects.bulk_create(batch)
            PublicationTag.objects.bulk_create(
                PublicationTag(tag=tag, content_object=row, date=row.date)
                for row in rows
                for tag in random.Random(row.slug).sample(tags, 4)
            )
        have += len(batch)
    begun = time.perf_counter()
    rebuild()
    took = time.perf_counter() - begun
    print(f"{size:,} publications indexed in {took:.0f} s ({size / took:.0f}/s)")


def made(originals: list[Original], pool: dict[str, list[str]], sources: list, number: int):  # type: ignore[no-untyped-def, type-arg]
    from django.utils import timezone

    from digest.models import Publication

    chance = random.Random(number)
    original = chance.choice(originals)
    sentences, length = [], 0
    while length < WORDS:
        sentence = chance.choice(pool[original.language])
        sentences.append(sentence)
        length += sentence.count(" ") + 1
    rare = "".join(chance.choice("bcdfghklmnprst") + chance.choice("aeiou") for _ in range(4))
    html = f"<p>{' '.join(sentences).replace('<', '&lt;')} {rare}</p>"
    source = chance.choice(sources)
    return Publication(
        slug=f"article-{number}",
        title=f"{original.title} {number}",
        excerpt=original.excerpt,
        language=original.language,
        date=datetime.date(2026, 1, 1) - datetime.timedelta(days=chance.randrange(3_000)),
        source=source,
        source_name=source.name,
        body="",
        html=html,
        revision_hash="",
        reviewed_by="",
        reviewed_at=timezone.now(),
    )


def print_table(size: int) -> None:
    from digest.search.queries import parse
    from digest.search.suggesting import respelled, titles

    frequent, middling, rare = words_by_frequency(size)
    queries = {
        f"a word in {share(frequent):.0%} of the articles": frequent,
        f"a word in {share(middling):.1%}": middling,
        "two words": f"{frequent} {middling}",
        "a rare word": rare,
        "an unfinished word": middling[:4],
        "a phrase of frequent words": f'"{frequent} the" ',
        "frequent word, one language": f"lang:en {frequent} ",
        "frequent word, one tag": f"tag:subject-7 {frequent} ",
        "frequent word, one year": f"after:2024 before:2025 {frequent} ",
        "one tag alone": "tag:subject-7",
        "twelve frequent words": " ".join([frequent, middling] * 6) + " a the in",
    }
    print(f"\n| {size:,} publications | found | search | with facets and excerpts | plain search | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, text in queries.items():
        query = parse(text if text.endswith(" ") or name.startswith("an unf") else f"{text} ")
        alone, whole, plain = (
            timed(lambda q=query: search(q)),
            timed(lambda q=query: show(q)),
            timed(plain_search(query)),
        )
        count = search(query)
        found = f"{len(count)}{'+' if count.capped else ''}"
        print(f"| {name} | {found} | {alone:.1f} | {whole:.1f} | {plain:.1f} | {whole / plain:.2f} |")
    wrong = middling[:2] + middling[3:]
    print(f"| titles while typing | | {timed(lambda: titles(parse(middling[:4]))):.1f} | | | |")
    print(f"| another spelling | | {timed(lambda: respelled(parse(wrong + 'q'))):.1f} | | | |\n")


def search(query):  # type: ignore[no-untyped-def]
    from digest.search.searching import find

    return find(query)


def show(query) -> None:  # type: ignore[no-untyped-def]
    """All that the page asks for, without its template."""
    from digest.search.searching import facets, hits

    matches = search(query)
    facets(query, matches)
    hits(matches, 1)


def plain_search(query) -> Callable[[], object]:  # type: ignore[no-untyped-def]
    """The reference: every match ranked by the database itself, the first ten, with its own excerpts."""
    from django.db import connection

    from digest.search import postgres, sqlite
    from digest.search.plans import plan

    if connection.vendor == "sqlite":
        sql = (
            "SELECT rowid, snippet(digest_search, 3, '[', ']', '…', 30) FROM digest_search "
            "WHERE digest_search MATCH %s ORDER BY rank LIMIT 10"
        )
        values = [sqlite.match(plan(query))]
    else:
        sql = (
            "SELECT publication_id, ts_headline('simple', text, %s::tsquery) "
            "FROM (SELECT publication_id, text FROM digest_searchentry WHERE vector @@ %s::tsquery "
            "ORDER BY ts_rank(vector, %s::tsquery) DESC LIMIT 10) AS best"
        )
        values = [postgres.tsquery(plan(query))] * 3

    def run() -> object:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    return run


def timed(action: Callable[[], object]) -> float:
    """The fastest of some runs of an action, in milliseconds: what it takes where nothing else wants the processor."""
    took = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        action()
        took.append(time.perf_counter() - begun)
    return min(took) * 1_000


def words_by_frequency(size: int) -> tuple[str, str, str]:
    """A word that is in about 43 % of all articles, one in about 1 %, one in a single one."""
    from digest.models import SearchWord

    counts = list(SearchWord.objects.filter(word__regex="^[a-z]{4,}$").values_list("word", "count"))

    def nearest(share: float) -> str:
        return min(counts, key=lambda each: (abs(each[1] / size - share), each[0]))[0]

    return nearest(0.43), nearest(0.01), nearest(0)


def share(word: str) -> float:
    from digest.models import Publication, SearchWord

    return SearchWord.objects.get(word=word).count / Publication.objects.count()


def compare_stems(folder: Path) -> None:
    import snowballstemmer

    from digest.search.stemming import stem
    from digest.search.words import fold

    snowball = snowballstemmer.stemmer("polish")
    forms = {
        word.lower()
        for path in folder.rglob("*.md")
        if "#pl" in (text := path.read_bytes().decode("utf-8", "replace"))[:800]
        for word in re.findall(r"[^\W\d_]{4,}", text)
    }
    theirs, ours = (pairs(forms, by) for by in (snowball.stemWord, lambda word: stem(fold(word), "pl")))
    print(
        f"{len(forms):,} forms; pairs with one stem: "
        f"Snowball {len(theirs):,}, ours {len(ours):,}, both {len(theirs & ours):,}"
    )


def pairs(forms: set[str], by: Callable[[str], str]) -> set[tuple[str, str]]:
    groups: dict[str, list[str]] = collections.defaultdict(list)
    for form in sorted(forms):
        groups[by(form)].append(form)
    return {(one, other) for group in groups.values() for one in group for other in group if one < other}


if __name__ == "__main__":
    main()
