"""Stories, claims, comments and notices in a real browser: by mouse, by keys, without scripts, and refused."""

import pytest

from editorial.commenting import say, unseen
from editorial.models import Article, ClaimMark, Comment, StoryMark
from editorial.passages import Passage
from editorial.story_marks import accept, states
from editorial.workflow import Action

from .conftest import assert_accessible
from .test_desk_browser import log_in
from .test_review_browser import show, write
from .test_review_marks import BODY, PASSAGE
from .texts import act, imported

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def article(ada):
    return act(imported(body=BODY), Action.START_REVIEW, by=ada)


@pytest.fixture
def page(browser_page, live_server, article, ada):
    log_in(browser_page, live_server, "ada")
    show(browser_page, live_server, article)
    return browser_page


def open_tab(page, name):
    page.get_by_role("tab", name=name).click()
    return page.get_by_role("tabpanel", name=name)


def said(page, words):
    page.locator("#review-said", has_text=words).wait_for(state="attached")


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')")


def test_stories_are_accepted_without_leaving_the_page_or_losing_what_was_typed(page):
    write(page, "Not saved yet.")
    panel = open_tab(page, "Stories")
    panel.get_by_role("button", name="Accept The herons return").click()
    said(page, "Accepted: The herons return.")
    assert page.get_by_role("tab", name="Stories").text_content().split() == ["Stories", "1", "of", "2"]
    assert focused(page) == "Accept The storks return"  # the next one is a press of Enter away
    page.keyboard.press("Enter")
    said(page, "Accepted: The storks return.")
    assert "Not saved yet." in page.evaluate("document.getElementById('editor').value")
    assert StoryMark.objects.filter(verdict="accepted").count() == 2
    panel.get_by_role("button", name="Take back the decision on The storks return").click()
    said(page, "undecided again")
    assert StoryMark.objects.count() == 1


def test_the_key_accepts_the_story_at_the_cursor(page):
    page.evaluate("document.getElementById('editor').select(document.getElementById('editor').value.indexOf('360'))")
    page.keyboard.press("Escape")  # out of the text
    page.keyboard.press("c")
    said(page, "Accepted: The storks return.")
    assert StoryMark.objects.get().title == "The storks return"


def test_a_story_is_dropped_with_a_reason_and_shown_in_the_text(page):
    panel = open_tab(page, "Stories")
    panel.get_by_text("Drop …").last.click()
    panel.get_by_label("Why it goes").last.fill("Old news.")
    panel.get_by_role("button", name="Drop the story").last.click()
    page.get_by_text("Dropped: “The storks return”: Old news.").wait_for()
    assert "storks" not in Article.objects.select_related("current").get().current.body
    assert page.get_by_role("tab", name="Stories").get_attribute("aria-selected") == "true"


def test_correct_goes_to_the_story_in_the_text(page):
    panel = open_tab(page, "Stories")
    panel.get_by_role("link", name="Correct The storks return").click()
    picked = page.evaluate(
        "(() => { const e = document.getElementById('editor'), m = e.view.state.selection.main;"
        " return e.value.slice(m.from, m.to) })()"
    )
    assert picked == "## The storks return"


def test_a_claim_is_marked_with_a_note_and_the_focus_stays(page):
    panel = open_tab(page, "Claims")
    panel.get_by_label("Note for the next one").first.fill("Page 3.")
    panel.get_by_role("group", name="figure 240").get_by_role("button", name="Verified").click()
    said(page, "“240”: verified.")
    mark = ClaimMark.objects.get()
    assert (mark.wording, mark.verdict, mark.note) == ("240", "verified", "Page 3.")
    assert focused(page) == "Verified"
    assert panel.get_by_label("Note for the next one").first.input_value() == ""
    assert (
        panel.get_by_role("group", name="figure 240")
        .get_by_role("button", name="Verified")
        .get_attribute("aria-pressed")
    )
    panel.get_by_role("link", name="line 3").first.click()
    picked = "document.getElementById('editor').view.state.selection.main"
    assert page.evaluate(f"[{picked}.from, {picked}.to]") == [BODY.index("240"), BODY.index("240") + 3]


def test_a_comment_is_made_on_what_is_selected_answered_and_resolved(page, bea):
    page.evaluate(
        f"(() => {{ const e = document.getElementById('editor'), at = e.value.indexOf('{PASSAGE}');"
        f" e.select(at, at + {len(PASSAGE)}) }})()"
    )
    panel = open_tab(page, "Comments")
    panel.get_by_role("button", name="Take what is selected").click()
    assert panel.get_by_label("Passage").input_value() == PASSAGE
    panel.get_by_label("Comment", exact=True).fill("Which count, @bea?")
    panel.get_by_role("button", name="Comment", exact=True).click()
    said(page, "Bea Nowak will see it")
    comment = Comment.objects.get()
    assert (comment.quote, comment.after[:6]) == (PASSAGE, ", says")
    assert panel.get_by_label("Comment", exact=True).input_value() == ""
    panel.get_by_text("Answer …").click()
    panel.get_by_label("Answer", exact=True).fill("The one of April.")
    page.keyboard.press("Control+Enter")
    said(page, "Said.")
    panel.get_by_text("The one of April.").wait_for()
    panel.get_by_role("button", name="Resolve").click()
    said(page, "The thread is resolved.")
    panel.get_by_text("All is resolved.").wait_for()
    assert unseen(bea).count() == 1


def marked(page):
    """What is marked as talked about, and the comments that are."""
    return page.evaluate(
        "(() => { const e = document.getElementById('editor');"
        " return e.passages.map(({ from, to, id }) => [e.value.slice(from, to), id]) })()"
    )


def test_a_passage_with_an_open_comment_is_marked_and_moves_with_the_text(page, live_server, article, bea):
    comment = say(article, "Which count?", by=bea, passage=Passage(PASSAGE)).comment
    say(article, "A good one.", by=bea)
    show(page, live_server, article)
    card, sign = f"comment-{comment.pk}", page.locator(".passage-sign")
    assert sign.get_attribute("title") == "Comment by Bea Nowak: Which count?"
    assert marked(page) == [[PASSAGE, card]]
    assert page.locator(".passage").first.evaluate("each => getComputedStyle(each).boxShadow") != "none"
    page.evaluate("document.getElementById('editor').goTo(1)")
    page.keyboard.type("A line before. ")
    assert marked(page) == [[PASSAGE, card]]
    page.evaluate(
        "(() => { const e = document.getElementById('editor'), at = e.passages[0].from; e.select(at + 3) })()"
    )
    page.keyboard.type("XY")
    assert marked(page) == [[f"{PASSAGE[:3]}XY{PASSAGE[3:]}", card]]
    page.get_by_role("button", name="Inline").click()
    assert marked(page) == [[f"{PASSAGE[:3]}XY{PASSAGE[3:]}", card]]
    sign.click()
    page.locator(f"#{card}:focus").wait_for()
    page.get_by_role("button", name="Resolve").first.click()
    said(page, "The thread is resolved.")
    sign.wait_for(state="detached")


def test_a_key_leads_from_the_text_to_the_comment_on_it_and_the_cursor_tells_of_it(page, live_server, article, bea):
    comment = say(article, "Which count?", by=bea, passage=Passage(PASSAGE)).comment
    show(page, live_server, article)
    page.evaluate("(() => { const e = document.getElementById('editor'); e.select(e.passages[0].from - 1) })()")
    page.keyboard.press("ArrowRight")
    said(page, "Comment by Bea Nowak: Which count? Alt m leads to it.")
    page.keyboard.press("Alt+m")
    page.locator(f"#comment-{comment.pk}:focus").wait_for()
    page.keyboard.press("m")
    page.locator(f"#comment-{comment.pk}:focus").wait_for()
    assert_accessible(page)


def test_what_was_deleted_with_its_passage_and_is_back_is_marked_again(page, live_server, article, bea):
    say(article, "Which count?", by=bea, passage=Passage(PASSAGE))
    show(page, live_server, article)
    page.get_by_role("textbox", name="Working text").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.locator(".passage-sign").wait_for(state="detached")
    page.keyboard.press("Control+z")
    page.locator(".passage-sign").wait_for()
    assert [words for words, _ in marked(page)] == [PASSAGE]


def test_a_name_behind_an_at_sign_is_completed_by_keys_and_announced(page, live_server, article, bea, carl):
    show(page, live_server, article)
    panel = open_tab(page, "Comments")
    area = panel.get_by_label("Comment", exact=True)
    area.focus()
    page.keyboard.type("Look, @")
    said(page, "3 people to choose from: arrow keys, then Enter.")
    options = page.get_by_role("listbox", name="People").get_by_role("option")
    assert options.all_text_contents() == ["@ada, Ada Lis", "@bea, Bea Nowak", "@carl, Carl Weber"]
    assert area.get_attribute("aria-activedescendant") == "mention-option-0"
    page.keyboard.press("ArrowDown")
    assert page.locator("#mention-options [aria-selected=true]").text_content() == "@bea, Bea Nowak"
    assert_accessible(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.locator("#mention-options [aria-selected=true]").text_content() == "@carl, Carl Weber"
    page.keyboard.press("Escape")
    assert options.count() == 0
    assert area.evaluate("each => each === document.activeElement")
    page.keyboard.type("now")  # the last name of Bea begins so
    assert options.all_text_contents() == ["@bea, Bea Nowak"]
    page.keyboard.press("Enter")
    assert area.input_value() == "Look, @bea "
    assert options.count() == 0
    page.keyboard.type("and ask bea@car")
    assert options.count() == 0
    page.keyboard.press("Enter")
    assert area.input_value() == "Look, @bea and ask bea@car\n"
    page.keyboard.press("Control+Enter")
    said(page, "Bea Nowak will see it")


def test_a_name_is_completed_by_mouse_in_an_answer_after_the_panel_came_anew(page, bea):
    panel = open_tab(page, "Comments")
    panel.get_by_label("Comment", exact=True).fill("Which count?")
    page.keyboard.press("Control+Enter")
    said(page, "Said.")
    panel.get_by_text("Answer …").click()
    area = panel.get_by_label("Answer", exact=True)
    area.focus()
    page.keyboard.type("Ask @BE please")
    for _ in " please":
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Backspace")
    page.get_by_role("option", name="Bea Nowak").click()
    assert area.input_value() == "Ask @bea please"
    page.keyboard.press("Tab")
    page.get_by_role("listbox", name="People").wait_for(state="detached")


def test_who_may_not_see_the_desk_is_offered_to_nobody(page, live_server, article, bea, django_user_model):
    django_user_model.objects.create_user("bela", is_staff=True)
    show(page, live_server, article)
    panel = open_tab(page, "Comments")
    panel.get_by_label("Comment", exact=True).focus()
    page.keyboard.type("@be")
    people = page.get_by_role("listbox", name="People").get_by_role("option")
    assert people.all_text_contents() == ["@bea, Bea Nowak"]


def test_what_is_refused_says_why_beside_its_button_and_keeps_what_was_typed(page):
    panel = open_tab(page, "Comments")
    panel.get_by_label("Passage").fill("Words of another text.")
    panel.get_by_label("Comment", exact=True).fill("A long thought.")
    panel.get_by_role("button", name="Comment", exact=True).click()
    panel.get_by_text("The passage is not in the current text").wait_for()
    assert panel.get_by_label("Comment", exact=True).input_value() == "A long thought."
    assert_accessible(page)
    page.console_errors.clear()  # the browser tells of the 409 itself


def test_a_network_that_is_away_loses_nothing(page):
    panel = open_tab(page, "Comments")
    panel.get_by_label("Comment", exact=True).fill("A long thought.")
    page.context.set_offline(True)
    panel.get_by_role("button", name="Comment", exact=True).click()
    panel.get_by_text("The network does not answer. What you wrote is kept").wait_for()
    page.context.set_offline(False)
    panel.get_by_role("button", name="Comment", exact=True).click()
    said(page, "Said.")
    assert Comment.objects.get().body == "A long thought."
    page.console_errors.clear()


def test_all_of_it_works_without_scripts(chromium, live_server, article, ada):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    log_in(page, live_server, "ada")
    page.goto(live_server.url + article.get_desk_url())
    page.get_by_role("button", name="Accept The herons return").click()
    page.get_by_text("Accepted: The herons return.").wait_for()
    page.get_by_role("group", name="figure 360").get_by_role("button", name="Wrong").click()
    page.get_by_text("“360”: wrong.").wait_for()
    page.get_by_label("Passage").fill(PASSAGE)
    page.get_by_label("Comment", exact=True).fill("Which?")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.get_by_text("Said.").wait_for()
    assert page.url.endswith(f"#comment-{Comment.objects.get().pk}")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panels_and_the_notices_are_accessible_and_fit_a_phone(scheme, page, live_server, article, ada, bea):
    accept(article, states(article, article.current.body)[0].story.hash, by=ada)
    say(article, "@ada, look", by=bea, passage=None)
    page.emulate_media(color_scheme=scheme)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        show(page, live_server, article)
        for name in ("Stories", "Claims", "Comments"):
            open_tab(page, name)
            assert_accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{live_server.url}/admin/editorial/mention/")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Open the comment on Herons return").click()
    page.locator(".comment-card:focus").wait_for()
    assert not unseen(ada).exists()
