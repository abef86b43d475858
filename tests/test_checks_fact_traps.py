"""What a TLDR says against what the Summary says, told in whole sentences: the traps, in English and Polish."""

import pytest

from .checks import GAUGE, changed, findings

SAME = [
    ("The port has 1,000 lamps.", "The port has 1000 lamps."),
    ("The port has 1 000 lamps.", "The port has a thousand lamps."),
    ("Port ma tysiąc lamp.", "Port ma 1000 lamp."),
    ("Port ma 1\u202f000 lamp.", "Port ma 1,000 lamp."),
    ("It cost 39.7 % of the budget.", "It cost about 40 % of the budget."),
    ("Zjadło 39,7% budżetu.", "Zjadło około 40% budżetu."),
    ("It cost 39.7 percent.", "It cost 40%."),
    ("It took 38.47 %.", "It took 38.5%."),
    ("It reaches 14,230 people.", "It reaches over 14,000 people."),
    ("Between 70 and 85 percent fail.", "They fail in 70-85% of cases."),
    ("They fail in 70–85% of cases.", "As many as 85% fail."),
    ("It costs $3-5 million.", "It costs $5 million."),
    ("It costs $3 to 5 million.", "It costs 3 million dollars."),
    ("Kosztuje od 3 do 5 milionów złotych.", "Kosztuje co najmniej 3 mln zł."),
    ("Half of the boats are old.", "50% of the boats are old."),
    ("Two thirds of the boats are old.", "67% of the boats are old."),
    ("Dwie trzecie łodzi są stare.", "67% łodzi jest starych."),
    ("Połowa łodzi jest stara.", "50 procent łodzi jest starych."),
    ("Four out of five boats are old.", "80% of the boats are old."),
    ("The rate doubled.", "The rate grew 2x."),
    ("The rate grew by 100%.", "The rate grew 2x."),
    ("It fell from 30 s to 5 s.", "It is 6x faster."),
    ("It fell from 30 seconds to under 5 seconds.", "It is 6 times faster."),
    ("It fell from $16.66 to $6.79.", "It is 59% cheaper."),
    ("It takes 90 minutes.", "It takes 1.5 hours."),
    ("Zajmuje 90 minut.", "Zajmuje 1,5 godziny."),
    ("The disk has 2,000 GB.", "The disk has 2 TB."),
    ("Twenty point seven times faster.", "It is 20.7x faster."),
    ("Two hundred and fifty boats came.", "250 boats came."),
    ("Sto dwadzieścia trzy tysiące osób.", "123 tys. osób."),
    ("Półtora miliona osób.", "1,5 mln osób."),
    ("Pół miliona osób.", "500 tys. osób."),
    ("Trzy miliardy osób.", "3 billion people."),
    ("Dwa biliony złotych.", "2 trillion zł."),
    ("Der Turm ist 1.234,5 m hoch and 1,234.5 ft.", "It is 1,234.5 ft."),
    ("The third boat came in the 1990s.", "In the 1990s the 3rd boat came."),
    ("He is in his 30s.", "He is in his 40s."),  # ages in tens are no figures to hold against each other
    ("On 15 June 2026 it opened.", "It opened on June 15, 2026."),
    ("Otwarto go 15 czerwca 2026 roku.", "Otwarto go 2026-06-15."),
    ("It runs on April 28-29.", "It ends on April 29."),
    ("Od 28 do 29 kwietnia trwa targ.", "Targ kończy się 29 kwietnia."),
    ("It opens in June.", "It opens in June 2026."),
    ("GPT-4 wrote it.", "GPT 4 wrote it."),
    ("GPT-4.0 wrote it.", "GPT-4 wrote it."),
    ("Claude Opus 4.6 and Opus 4.5 wrote it.", "Opus 4.5 wrote it."),
    ("The flaw is CVE-2026-55182.", "CVE-2026-55183 is a flaw."),  # numbers of lists are no figures
    ("It weighs about 8 KiB.", "It weighs below 10 KiB."),
    ("Nearly nine out of ten boats are old.", "88% of the boats are old."),
    ("Anna Kowalska mierzy fale.", "Fale mierzy tu od lat sama Anna Kowalska, bez Anny Kowalskiej nic."),
    ("The town counts 25,000 boats.", "The town counts 25,000 weekly boats."),
    ("It is nine to twenty-nine percent slower.", "It is 9-29% slower."),
    ("Port zbudował model llama-70B.", "Port zbudował model o 70 miliardach parametrów."),
    ("The gauge of Robert Frost counts.", "The old gauge that is Robert Frost's counts."),
    ("The shares were 20, 30 and 45 percent.", "They reached 20% at first."),
    ("About 57.5 percent counts.", "Nearly 58% counts."),
]
OTHER = [
    ("It has 10 billion rows.", "It has 10 million rows.", "fact-figure"),
    ("Ma 10 miliardów wierszy.", "Ma 10 milionów wierszy.", "fact-figure"),
    ("Ma bilion wierszy.", "It has 1 billion rows.", "fact-figure"),  # a Polish bilion is a trillion
    ("It has ten rows.", "It has 10 million rows.", "fact-figure"),
    ("It cost 35.8 %.", "It cost 38.5 %.", "fact-figure"),
    ("Kosztowało 35,8%.", "Kosztowało 38,5%.", "fact-figure"),
    ("It cost 35 %.", "It cost about 45 %.", "fact-figure"),
    ("It cost 99.1 %.", "It cost around 95.2 %.", "fact-figure"),
    ("It rose by 5 percentage points.", "It rose by 5%.", "fact-figure"),
    ("Wzrosło o 5 punktów procentowych.", "Wzrosło o 5%.", "fact-figure"),
    ("Wzrosło o 5 p.p. w rok.", "Wzrosło o 5 procent w rok.", "fact-figure"),
    ("It cost $500.", "It cost €500.", "fact-figure"),
    ("Kosztowało 500 zł.", "Kosztowało 500 dolarów.", "fact-figure"),
    ("It cost 70 dollars.", "It cost 70%.", "fact-figure"),
    ("It has 1,000 lamps.", "It has 10,000 lamps.", "fact-figure"),
    ("Ma tysiąc lamp.", "Ma milion lamp.", "fact-figure"),
    ("They fail in 70-85% of cases.", "They fail in 95% of cases.", "fact-figure"),
    ("It takes 5 minutes.", "It takes 5 hours.", "fact-figure"),
    ("Zajmuje 5 minut.", "Zajmuje 5 godzin.", "fact-figure"),
    ("It has 16 GB of memory.", "It has 16 TB of memory.", "fact-figure"),
    ("It is 4x faster.", "It is 14x faster.", "fact-figure"),
    ("It was founded in 1998.", "It was founded in 1989.", "fact-date"),
    ("Założono go w 1998 roku.", "Założono go w 1989 roku.", "fact-date"),
    ("It opened on June 15.", "It opened on June 25.", "fact-date"),
    ("It opened on June 15.", "It opened on July 15.", "fact-date"),
    ("Otwarto go 15 czerwca.", "Otwarto go 15 lipca.", "fact-date"),
    ("It opened in June.", "It opened in July 2026.", "fact-date"),
    ("GPT-4 wrote it.", "GPT-5 wrote it.", "fact-version"),
    ("Napisał to GPT-4.", "Napisał to GPT-5.", "fact-version"),
    ("It needs React 18.", "It needs React 19.", "fact-version"),
    ("Claude Opus 4.5 wrote it.", "It was Opus 4.6 that wrote it.", "fact-version"),
    ("The gauge of Mirabel Quill counts.", "The gauge of Mirabel Quayle counts.", "fact-name"),
    ("A student counts.", "The gauge of Mirabel Quill counts.", "fact-name"),
    ("Fale liczy Anna Kowalska.", "Fale liczy tu Anna Kowalczyk.", "fact-name"),
    ('"The sea is never still at all," she says.', '"The sea is never quiet at all," she says.', "fact-quotation"),
    ("„Morze nigdy nie jest tu spokojne”, mówi.", "„Morze nigdy nie jest tu głośne”, mówi.", "fact-quotation"),
    ("A breach costs $12.6M.", "A breach costs $12.6 billion.", "fact-figure"),
    ("Mewa ma 6 miliardów piór.", "Mewa 6 milionów piór ma.", "fact-figure"),  # no version of a gull
    ("Psuje się w 8 do 14 procentach prób.", "Psuje się w 8 do 41 procentach prób.", "fact-figure"),
    ("Half of them count.", "Nearly 60% of them count.", "fact-figure"),
    ("Three out of eight count.", "They are 8% of all.", "fact-figure"),
    ("The cost fell by 56% and the quality by 2%.", "The quality fell by 4%.", "fact-figure"),
    ("It went from 26.4 to 16.4. SDK 56 came.", "It is 30% faster.", "fact-figure"),
    ("The gauge of Robert Frost counts.", "The old gauge that is Robert Kowalczyk's counts.", "fact-name"),
    ("Fale liczy Charles Cook.", "Fale liczy tu PostHog’s Charles Lamb.", "fact-name"),
]


def facts(summary, tldr, **context):
    text = changed(
        ("The gauge itself costs", f"{summary} The gauge itself costs"),
        ("It reads the level", f"{tldr} It reads the level"),
    )
    return [finding for finding in findings(text, **context) if finding.code.startswith("fact-")]


@pytest.mark.parametrize(("summary", "tldr"), SAME)
def test_the_same_in_other_words_is_no_finding(summary, tldr):
    assert [finding.message for finding in facts(summary, tldr)] == []


@pytest.mark.parametrize(("summary", "tldr", "code"), OTHER)
def test_another_value_is_a_finding_in_its_place(summary, tldr, code):
    found = [finding for finding in facts(summary, tldr) if finding.code != "fact-quotation-differs"]
    assert {finding.code for finding in found} == {code}
    assert all(finding.what in tldr for finding in found)


@pytest.mark.parametrize(
    ("summary", "tldr", "said"),
    [
        ("It takes 5 minutes.", "It takes 5 hours.", "5 minutes"),
        ("It cost 35.8 %.", "It cost 38.5 %.", "35.8 %"),
        ("Kosztowało 500 zł.", "Kosztowało 500 dolarów.", "500 zł"),
        ("It opened on June 15.", "It opened on July 15.", "June 15"),
        ("It needs React 18.", "It needs React 19.", "React 18"),
        ("The gauge of Mirabel Quill counts.", "The gauge of Mirabel Quayle counts.", "Mirabel Quill"),
        ('"The sea is never still at all," she says.', '"The sea is never quiet at all," she says.', "still"),
    ],
)
def test_what_the_summary_says_instead_is_named(summary, tldr, said):
    assert any(said in finding.message for finding in facts(summary, tldr))


@pytest.mark.parametrize("tldr", ["It opened on June 9.", "It opened on June 30."])
def test_a_day_that_is_no_slip_of_another_is_not_held_against_it(tldr):
    (found,) = facts("It opened on June 22.", tldr)
    assert "does not hold the date" in found.message


def test_a_claim_that_a_story_makes_twice_is_told_of_once_and_then_of_its_second_place():
    told = ("The gauge itself costs", "It cost 70%. The gauge itself costs")
    first = changed(told, ("It reads the level", "It cost 30%. It reads the level"))
    both = first.replace("**Key takeaways:**\n\n", "**Key takeaways:**\n\n- It cost 30%.\n", 1)
    assert both != first
    (found,) = [finding for finding in findings(both) if finding.code == "fact-figure"]
    corrected = both.replace("It cost 30%. It reads", "It cost 70%. It reads")
    (left,) = [finding for finding in findings(corrected) if finding.code == "fact-figure"]
    assert left.place.line > found.place.line


def test_a_month_and_its_year_are_one_claim():
    (found,) = facts("It opened early.", "It opened in March 2024.")
    assert found.what == "March 2024"


SOURCE = (
    "The gauge costs $900 and reads 40 times a minute. It opened on June 15, 1998, says Anna Quill. "
    '"The new gauge is dull and that is what we wanted," she says. It runs GPT-4.'
)


@pytest.mark.parametrize(
    "claim",
    [
        "It won 12% of the market.",
        "It opened in 2001.",
        "It opened on July 15.",
        "It runs GPT-5.",
        "It is loved by Mirabel Brown.",
        '"Nobody asked us to do it at all," she says.',
    ],
)
def test_what_the_source_does_not_hold_is_a_finding(claim):
    found = facts(claim, "It is a gauge.", sources={GAUGE: SOURCE})
    assert [finding.code for finding in found] == ["fact-source"]
    assert found[0].what in claim


def test_what_the_source_holds_is_none_and_spelling_of_its_address_does_not_matter():
    address = GAUGE.replace("https://", "http://www.") + "/?utm_source=letter"
    assert facts("It opened on 15 June 1998.", "It runs GPT-4.", sources={address: SOURCE}) == []
    assert facts("It won 12%.", "It won 12%.", sources={address: SOURCE}) != []


def test_a_story_of_which_one_source_is_missing_is_not_held_against_the_others():
    two = f"[The gauge that counts waves]({GAUGE}) and [More](https://quay.example.org/letters/more)"
    text = changed((f"[The gauge that counts waves]({GAUGE})", two), ("costs $900,", "costs $900, not $70,000,"))
    assert "fact-source" not in {finding.code for finding in findings(text, sources={GAUGE: SOURCE})}
    both = {GAUGE: SOURCE, "https://quay.example.org/letters/more": "Nothing."}
    assert "fact-source" in {finding.code for finding in findings(text, sources=both)}


def test_a_quotation_is_not_looked_for_in_a_source_of_another_language():
    told = 'Boja kosztuje 900 dolarów i czyta poziom 40 razy na minutę, i to jest dobre. "Jest nudna," mówi ona o tym.'
    assert facts("It is a gauge.", "It is a gauge.", sources={GAUGE: told}) == []
