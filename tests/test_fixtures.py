"""The clean sample articles keep the promises of fixtures/README.md; told without any module of the project."""

import re
import unicodedata
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import frontmatter
import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "fixtures" / "articles" / "good"
CORPUS = ROOT.parent / "shared" / "corpus"
PATHS = sorted(FOLDER.glob("*.md"))
KEYS = ["title", "excerpt", "publishedAt", "slug", "hashtags", "source_pattern"]
LANGUAGES = {"en", "pl"}
WHY_DO_I_CARE_SINCE = date(2026, 3, 14)  # the house rule that replaced Tradeoffs
LABEL = re.compile(r"^\*\*([A-Z][\w ]+):\*\*", re.MULTILINE)
LINK = re.compile(r"^\*\*Link:\*\* \[[^\]\n]+\]\((https://[^\s)]+)\)$", re.MULTILINE)
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
STOCK_PHRASES = re.compile(
    r"\b(delv\w+|landscape|crucial|game.chang\w+|leverag\w+|seamless\w*|robust|tapestry|testament|pivotal|realm"
    r"|underscor\w+|ecosystem|genuinely|deep dive|worth noting|not just|not only|isn't just|paradigm|holistic"
    r"|nie tylko|kluczow\w+|krajobraz\w*|rewolucyjn\w+|przełomow\w+|kompleksow\w+|warto zauważyć)\b",
    re.IGNORECASE,
)
FIRST_PERSON = re.compile(r"\b(I|I'm|I've|[Mm]y|[Ww]e|[Oo]ur|[Jj]estem|[Mm]oi\w+|[Mm]oje\w*|[Nn]asz\w*)\b")

each_article = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def article(path: Path) -> frontmatter.Post:
    return frontmatter.loads(text_of(path))


def tags(post: frontmatter.Post) -> list[str]:
    """The tags without their #, from either spelling: one string or a YAML list."""
    hashtags = post["hashtags"]
    words = hashtags.split() if isinstance(hashtags, str) else hashtags
    return [word.removeprefix("#") for word in words]


def subject_tags(post: frontmatter.Post) -> list[str]:
    return [tag for tag in tags(post) if tag not in LANGUAGES | {"generated"}]


def published(post: frontmatter.Post) -> date:
    return date.fromisoformat(str(post["publishedAt"]))


def stories(post: frontmatter.Post) -> list[str]:
    return re.split(r"^## ", post.content, flags=re.MULTILINE)[1:]


def parts(story: str) -> dict[str, str]:
    """The parts of a story by label; what follows a rule belongs to none of them."""
    pieces = LABEL.split(story.split("\n---\n")[0])
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def links(post: frontmatter.Post) -> list[str]:
    return LINK.findall(post.content)


def folded(text: str) -> str:
    """Lower case, without accents, hyphens as spaces: a tag can be looked up in it."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ł", "l"))
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("-", " ")


def test_there_are_at_least_twelve_articles():
    assert len(PATHS) >= 12


def test_there_are_english_and_polish_articles():
    languages = {tag for path in PATHS for tag in tags(article(path))} & LANGUAGES
    assert languages == LANGUAGES


def test_some_articles_have_one_story_and_some_have_three_to_nine():
    counts = sorted(len(stories(article(path))) for path in PATHS)
    assert counts.count(1) >= 4
    assert sum(3 <= count <= 9 for count in counts) >= 4
    assert counts[-1] == 9


def test_slugs_are_unique():
    slugs = [article(path)["slug"] for path in PATHS]
    assert len(slugs) == len(set(slugs))


def test_titles_and_excerpts_are_unique():
    for key in ("title", "excerpt"):
        values = [article(path)[key] for path in PATHS]
        assert len(values) == len(set(values))


def test_every_link_is_used_once():
    found = [link for path in PATHS for link in links(article(path))]
    assert len(found) == len(set(found))


def test_several_newsletters_are_named():
    assert len({article(path)["source_pattern"] for path in PATHS}) >= 6


def test_two_articles_share_several_tags_and_differ_in_others():
    sets = [set(subject_tags(article(path))) for path in PATHS]
    pairs = [(a, b) for number, a in enumerate(sets) for b in sets[:number]]
    assert any(len(a & b) >= 3 and a != b for a, b in pairs)


def test_the_frontmatter_comes_in_several_valid_spellings():
    posts = [article(path) for path in PATHS]
    assert {type(post["hashtags"]) for post in posts} == {str, list}
    assert {type(post["publishedAt"]) for post in posts} == {str, date}
    assert any("\ntitle: '" in text_of(path) for path in PATHS)


def test_the_readme_names_every_article_once_with_its_language_and_its_number_of_stories():
    rows = re.findall(r"^\| `([^`]+\.md)` \| (\w\w) \| (\d) \|", text_of(ROOT / "fixtures" / "README.md"), re.MULTILINE)
    posts = {path.name: article(path) for path in PATHS}
    expected = [(name, *sorted(LANGUAGES & set(tags(post))), str(len(stories(post)))) for name, post in posts.items()]
    assert rows == expected


@each_article
def test_the_required_keys_are_there_and_not_empty(path):
    post = article(path)
    assert list(post.metadata) == KEYS
    assert all(post.metadata.values())


@each_article
def test_title_excerpt_and_slug_keep_their_lengths(path):
    post = article(path)
    assert len(post["title"]) <= 100
    assert 60 <= len(post["excerpt"]) <= 200
    assert len(post["slug"]) <= 80


@each_article
def test_the_slug_is_safe_and_the_file_is_named_by_date_and_slug(path):
    post = article(path)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", post["slug"])
    assert path.stem == f"{published(post)}-{post['slug']}"


@each_article
def test_the_date_lies_between_october_2025_and_november_2026(path):
    assert date(2025, 10, 1) <= published(article(path)) <= date(2026, 11, 30)


@each_article
def test_tags_say_generated_and_one_language_and_four_to_nine_subjects(path):
    post = article(path)
    assert tags(post).count("generated") == 1
    assert len([tag for tag in tags(post) if tag in LANGUAGES]) == 1
    assert 4 <= len(subject_tags(post)) <= 9
    assert len(set(tags(post))) == len(tags(post))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", tag) for tag in tags(post))


@each_article
def test_every_subject_tag_is_named_in_the_text(path):
    post = article(path)
    text = folded(post.content)
    assert [tag for tag in subject_tags(post) if tag.replace("-", " ") not in text] == []


@each_article
def test_polish_articles_have_polish_letters_and_english_ones_have_none(path):
    post = article(path)
    assert bool(re.search("[ąćęłńóśźż]", post.content)) == ("pl" in tags(post))


@each_article
def test_the_text_starts_with_a_story_and_ends_with_one_newline(path):
    assert article(path).content.startswith("## ")
    assert re.search(r"[^\s]\n\Z", text_of(path))


@each_article
def test_every_story_has_its_labels_in_order(path):
    post = article(path)
    last = "Why do I care" if published(post) >= WHY_DO_I_CARE_SINCE else "Tradeoffs"
    for story in stories(post):
        labels = LABEL.findall(story.split("\n---\n")[0])
        assert labels == ["TLDR", "Summary", "Key takeaways", last, "Link"]


@each_article
def test_a_disclaimer_is_there_exactly_while_the_house_asked_for_one(path):
    post = article(path)
    assert post.content.count("**Disclaimer:**") == (published(post) < date(2026, 3, 1))


@each_article
def test_every_part_has_text_and_the_takeaways_are_a_list_of_two_to_four(path):
    for story in stories(article(path)):
        found = parts(story)
        assert all(part.strip() for part in found.values())
        lines = found["Key takeaways"].strip().splitlines()
        assert 2 <= len(lines) <= 4
        assert all(line.startswith("- ") for line in lines)


@each_article
def test_every_story_has_a_deep_link_to_a_reserved_host_without_a_query(path):
    post = article(path)
    assert len(links(post)) == len(stories(post)) == post.content.count("](")
    for link in links(post):
        address = urlsplit(link)
        assert re.search(r"\.example\.(com|org|net)$", address.netloc)
        assert address.path.count("/") >= 2
        assert not address.query and not address.fragment


@each_article
def test_every_number_of_a_tldr_or_a_takeaway_stands_in_the_summary(path):
    for story in stories(article(path)):
        found = parts(story)
        claimed = NUMBER.findall(found["TLDR"] + found["Key takeaways"])
        assert set(claimed) <= set(NUMBER.findall(found["Summary"]))


@each_article
def test_there_is_no_em_dash_and_no_invisible_character(path):
    text = text_of(path)
    assert "\u2014" not in text
    assert {unicodedata.category(c) for c in text} & {"Cf", "Co", "Cn", "Zl", "Zp"} == set()
    assert set(re.findall(r"[^\S\n]", text)) == {" "}
    assert not re.search(r" $", text, re.MULTILINE)


@each_article
def test_there_is_no_code_and_no_raw_html(path):
    assert not re.search(r"[`<>]", text_of(path))


@each_article
def test_there_is_no_stock_phrase_and_no_first_person(path):
    prose = text_of(path).replace("**Why do I care:**", "")
    assert STOCK_PHRASES.findall(prose) == []
    assert FIRST_PERSON.findall(prose) == []


@each_article
def test_an_article_has_350_to_1200_words(path):
    assert 350 <= len(article(path).content.split()) <= 1200


def test_no_title_and_no_link_title_is_taken_from_the_corpus():
    if not CORPUS.is_dir():
        pytest.skip("the shared corpus is not here")
    taken = set()
    for path in CORPUS.rglob("*.md"):
        text = path.read_text(encoding="utf-8", errors="replace")
        taken |= {title.strip("'\" ").lower() for title in re.findall(r"^(?:title:|##?) (.+)$", text, re.MULTILINE)}
    assert len(taken) > 100
    for path in PATHS:
        post = article(path)
        own = {post["title"].lower()} | {story.splitlines()[0].strip().lower() for story in stories(post)}
        assert own & taken == set()
