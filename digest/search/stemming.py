"""Words without their endings, so that a reader who types one form finds the others. Pure.

English: Snowball's Porter 2 (https://snowballstem.org/algorithms/english/stemmer.html). Polish: the endings below,
which are those of the tables of declension in any Polish grammar, written without diacritics, since readers leave
them out and Snowball's Polish stemmer needs them. `python -m bench.search --stems FOLDER` compares the two on real
articles."""

from __future__ import annotations

from functools import lru_cache

from snowballstemmer import stemmer  # type: ignore[import-untyped]

MIN_STEM = 3
"""Letters that stay of a word whatever its ending."""
_CHANGED = {  # ends of words that look like an ending, or before which a consonant changes: what the other forms have
    **{"encie": "ent", "enci": "ent", "iscie": "ist", "isci": "ist", "yscie": "yst", "ysci": "yst"},
    **{
        "ystem": "ystem",
        "blem": "blem",
        "rze": "r",
        "zce": "zk",
        "wce": "wk",
        "lce": "lk",
        "nce": "nk",
        "pce": "pk",
        "tce": "tk",
        "sce": "sk",
    },
}
_ENDINGS = (
    # verbs made of nouns: kodować, kodowała, kodujemy
    *("owaniami", "owaniach", "owaniem", "owania", "owaniu", "owanie", "owanych", "owanego", "owanej", "owanym"),
    *("owany", "owana", "owane", "owano", "owalismy", "owaly", "owala", "owalo", "owali", "owal", "owac"),
    *("ujemy", "ujecie", "ujesz", "ujac", "uje", "uja"),
    # adjectives: nowego, nowymi, tanich
    *("iego", "iemu", "iej", "ego", "emu", "ymi", "imi", "ych", "ich", "ej", "ym", "im"),
    # nouns: modelami, agentów, narzędziom
    *("iami", "iach", "iom", "iow", "iem", "owie", "owi", "ami", "ach", "om", "ow", "em"),
    *("ia", "ie", "iu", "io", "a", "e", "i", "o", "u", "y"),
)
_BY_LENGTH = sorted(_ENDINGS, key=len, reverse=True)
_english = stemmer("english")


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """The stem of a folded word: by the rules of English ("en") or Polish ("pl"), itself in any other language."""
    if len(word) <= MIN_STEM or not word.isalpha():
        return word
    if language == "en":
        return str(_english.stemWord(word)) or word
    return _polish(word) if language == "pl" else word


def readings(word: str) -> tuple[str, str, str]:
    """What a folded word is indexed as in an English, a Polish and any other text: a query has no language."""
    return stem(word, "en"), stem(word, "pl"), word


def stems(word: str) -> tuple[str, ...]:
    """The readings of a folded word, each once."""
    return tuple(dict.fromkeys(readings(word)))


def _polish(word: str) -> str:
    for ending, instead in _CHANGED.items():
        if word.endswith(ending) and len(word) - len(ending) + len(instead) > MIN_STEM:
            return word[: -len(ending)] + instead
    for ending in _BY_LENGTH:
        if word.endswith(ending) and len(word) - len(ending) >= MIN_STEM:
            return word[: -len(ending)]
    return word
