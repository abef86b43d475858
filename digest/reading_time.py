"""How long reading takes. Pure."""

WORDS_A_MINUTE = 230
"""Silent reading of English prose: 238 words a minute (Brysbaert 2019, doi:10.1016/j.jml.2019.104047), rounded down."""


def reading_minutes(word_count: int) -> int:
    """Whole minutes that reading so many words takes, at least one."""
    return max(1, round(word_count / WORDS_A_MINUTE))
