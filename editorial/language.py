"""Which language a text is written in, by counting stop words. Pure; a new language is one entry in LANGUAGES."""

import re
from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Language:
    """What gives a language away: its commonest short words, and letters that the other languages lack."""

    name: str
    words: frozenset[str]
    letters: frozenset[str] = frozenset()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that two of the languages share ("to", "do", "a", "i", "on", "no", "my", "by", "was", "ten", "we", "go",
# "pod", "tam", "dług") say nothing and are in neither entry; nor are loans that both use ("data", "team").
# The Polish entry also holds forms that lost their accented letters on the way ("si", "wic", "ktry"): a generator
# of the corpus dropped them.
LANGUAGES: MappingProxyType[str, Language] = MappingProxyType(
    {
        "en": Language(
            "English",
            _words(
                """
                the and of is are were be been being that this these those it its with for from as at or an not
                but you your our their they them his her he she have has had will would can could should may might
                what which who when where why how than then there here into about more most some any all just also
                because while if so only out up over under between through without within every each other such
                does did doesn't don't isn't it's that's you're i'm me own new very much many like still even
                one two first after before against instead rather already yet both
                """
            ),
        ),
        "pl": Language(
            "Polish",
            _words(
                """
                w z ze na nie się jest są że dla od oraz przez jak co ale czy tego tym te tych też tylko bo ani
                który która które których którym którzy może można już jeszcze bardzo przy po za bez nad jako
                gdy kiedy gdzie jeśli jeżeli więc ponieważ aby żeby czyli albo lub niż zamiast podczas między
                być był była było były będzie będą jestem jesteś jesteśmy został została zostały
                mnie mi ich jego jej nas nam sobie swoje swoich swój swoją twój twoje ma mają mamy masz mam
                więcej mniej każdy każda każde każdego wszystko wszystkie wszystkich jaki jakie jaka jednak
                także również dlaczego dlatego właśnie teraz tutaj potem zawsze nigdy trzeba warto
                nowe nowy nowa pierwszy oni ono ona si ktry ktra ktre ktrych wic rwnie jeli eby bdzie moe mona
                """
            ),
            frozenset("ąćęłńśźż"),
        ),
    }
)

ENOUGH = 2  # marks: fewer say nothing about a paragraph
SHARE = 2 / 3  # of all marks: below it nobody can say which language a text is in; in the corpus the lowest is 0.88

# Code, links and addresses: a link's text is as a rule the title of a source, in the language of that source.
_NO_PROSE = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`"
    r"|(?<!\\)\[(?:[^\[\]\\]++|\\.|\[[^\[\]]*+\])*+\]\([^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)*+\)"
    r"|https?://\S+",
    re.DOTALL,
)
# All signs of ASCII become blanks in one step, in bytes, and those of Unicode's blocks of signs by a pattern: half the
# time of looking for words with a pattern.
_BLANKED = bytes(byte if byte > 127 or chr(byte).isalnum() or chr(byte) in "_'" else 32 for byte in range(256))
_APOSTROPHES_ASIDE = re.compile(rb" '+|'+ |''+")
_SIGN = re.compile(rb"\xc2[\x80-\xbf]|\xc3[\x97\xb7]|\xe2[\x80-\xbb][\x80-\xbf]")
_WORD_LANGUAGE = {word: code for code, language in LANGUAGES.items() for word in language.words}
_LETTER_LANGUAGE = {letter: code for code, language in LANGUAGES.items() for letter in language.letters}
_LETTERS = re.compile(f"[{''.join(_LETTER_LANGUAGE)}]")


def words_in(text: str) -> list[str]:
    """The words of a text in small letters, in order: letters, digits, underscores, and apostrophes inside."""
    data = text.lower().encode("utf-8", "surrogatepass")
    if not text.isascii():
        data = _SIGN.sub(b" ", data.replace("’".encode(), b"'"))
    data = data.translate(_BLANKED)
    if b"'" in data:
        data = _APOSTROPHES_ASIDE.sub(b" ", b" " + data + b" ")
    return data.decode("utf-8", "surrogatepass").split()


def marks(text: str) -> Counter[str]:
    """How many words of `text` give away each language: language code -> count.

    Code, links and addresses are not looked at. A word counts once, as a stop word or for its letters.
    """
    if "`" in text or "://" in text or "](" in text:
        text = _NO_PROSE.sub(" ", text)
    words = words_in(text)
    counts = Counter(filter(None, map(_WORD_LANGUAGE.get, words)))
    if not text.isascii():
        others = (word for word in words if not word.isascii() and word not in _WORD_LANGUAGE)
        counts.update(_LETTER_LANGUAGE[found[0]] for word in others if (found := _LETTERS.search(word)))
    return counts


def choose(counts: Counter[str]) -> str:
    """The language code that the marks speak for, or "" where there are fewer than ENOUGH or no clear winner."""
    total = sum(counts.values())
    if total < ENOUGH:
        return ""
    code, most = counts.most_common(1)[0]
    return code if most >= ENOUGH and most >= SHARE * total else ""


def detect(text: str) -> str:
    """The language code of `text` ("en", "pl"), or "" where there is too little text to say. Linear time."""
    return choose(marks(text))
