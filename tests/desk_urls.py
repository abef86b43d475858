"""Every address of the desk, and the least role that gets an answer. `test_desk_urls.py` tries each with everyone.

To add a row: name the address as `urls.py` does (without "admin:"), and say

    Row(get, post, args, data)

`get` and `post` are the least role that gets an answer: OPEN, STAFF (an account without a role), WRITER, REVIEWER,
PUBLISHER, SUPERUSER, or NOBODY where the method is refused to all (404 and 405 count). `args` takes the world below
and gives what `reverse` needs; `data` likewise what is posted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import Group, User

from digest.models import SitePage
from editorial import drafts, sweeping
from editorial.models import (
    BatchFile,
    CheckSetting,
    Comment,
    Draft,
    Event,
    Generation,
    HeldFile,
    HouseEntry,
    LinkLook,
    Mention,
    Reason,
    Source,
)
from editorial.preview_links import make_link
from editorial.workflow import Action, correct

from .texts import APOSTROPHE, act, bring_in, imported, incoming, published

OPEN, STAFF, WRITER, REVIEWER, PUBLISHER, SUPERUSER, NOBODY = range(7)
Args = Callable[["World"], list[Any]]


class World:
    """One of everything that an address can name."""

    def __init__(self, ada: User) -> None:
        self.ada = ada
        self.public = published(slug="storks", title="Storks", by=ada)
        self.article = act(imported(more="source_pattern: River Notes\n"), Action.START_REVIEW, by=ada)
        self.proposed = self._with_proposal(ada)
        bring_in(incoming("broken.md", APOSTROPHE))
        self.batch = self.article.generation.batch
        self.batch_file = BatchFile.objects.first()
        self.held = HeldFile.objects.get()
        self.generation = Generation.objects.first()
        self.event = Event.objects.first()
        self.source = Source.objects.get()
        self.entry = HouseEntry.objects.create(kind="phrase", value="in today's world")
        self.look = LinkLook.objects.create(sha256="0" * 64, address="https://example.org/")
        self.reason = Reason.objects.first() or Reason.objects.create(code="style", name="Style")
        self.page = SitePage.objects.create(kind="about", title="About", body="Us.", html="<p>Us.</p>")
        self.setting = CheckSetting.objects.create(code="link-tracking")
        comment = Comment.objects.create(article=self.article, body="Is that so?", by=ada)
        self.mention = Mention.objects.create(comment=comment, person=ada)
        self.link = make_link(self.article.current, by=ada, days=7)[0]
        self.group = Group.objects.first()
        self.draft = drafts.keep([incoming("terns.md", slug="terns", title="Terns")], by=ada, origin="a test")
        while self.draft.stage in drafts.AT_WORK:
            self.draft = drafts.advance(Draft.objects.get(pk=self.draft.pk), by=ada)
        self.sweep = sweeping.begin(sweeping.of_articles([self.article.pk]), by=ada, note="A test")
        while self.sweep.stage == "planning":
            self.sweep = sweeping.advance(self.sweep, by=ada)
        self.sweep.articles.create(article=self.article, before="0" * 64, after="1" * 64)

    def _with_proposal(self, ada: User) -> Any:
        article = imported(slug="gulls", title="Gulls")
        correct(article, replace(article.current.text, title="Gulls, ours"), by=ada, based_on=article.current)
        bring_in(incoming("gulls.md", slug="gulls", title="Gulls, theirs"))
        article.refresh_from_db()
        return article

    def item(self) -> dict[str, Any]:
        return {"item": f"{self.article.pk}:{self.article.current_id}"}


@dataclass(frozen=True)
class Row:
    get: int
    post: int
    args: Args = lambda world: []
    data: Callable[[World], dict[str, Any]] = lambda world: {}
    is_adas: bool = False  # about something of Ada's own, which nobody else is shown, whatever their rights


@dataclass(frozen=True)
class Model:
    """The five pages that Django's admin has for a model; `pk` gives one of its rows."""

    pk: Callable[[World], Any]
    view: int = WRITER
    add: int = NOBODY
    change: int = NOBODY
    delete: int = NOBODY

    def rows(self, name: str) -> dict[str, Row]:
        def args(world: World) -> list[Any]:
            return [self.pk(world)]

        return {
            f"{name}_changelist": Row(self.view, self.view),
            f"{name}_add": Row(self.add, self.add),
            f"{name}_history": Row(self.view, self.view, args),
            f"{name}_delete": Row(self.delete, self.delete, args),
            f"{name}_change": Row(self.view, self.change, args),
        }


def article(world: World) -> list[Any]:
    return [world.article.pk]


def its_revision(world: World) -> list[Any]:
    return [world.article.pk, 1]


MODELS = {
    "auth_group": Model(lambda world: world.group.pk, SUPERUSER, SUPERUSER, SUPERUSER, SUPERUSER),
    "auth_user": Model(lambda world: world.ada.pk, SUPERUSER, SUPERUSER, SUPERUSER, SUPERUSER),
    "digest_sitepage": Model(lambda world: world.page.pk, WRITER, PUBLISHER, PUBLISHER, PUBLISHER),
    "editorial_article": Model(lambda world: world.article.pk, change=WRITER),
    "editorial_batch": Model(lambda world: world.batch.pk),
    "editorial_batchfile": Model(lambda world: world.batch_file.pk),
    "editorial_checksetting": Model(lambda world: world.setting.pk),
    "editorial_event": Model(lambda world: world.event.pk),
    "editorial_generation": Model(lambda world: world.generation.pk),
    "editorial_heldfile": Model(lambda world: world.held.pk),
    "editorial_houseentry": Model(lambda world: world.entry.pk, WRITER, PUBLISHER, PUBLISHER, PUBLISHER),
    "editorial_linklook": Model(lambda world: world.look.pk),
    "editorial_mention": Model(lambda world: world.mention.pk),
    "editorial_previewlink": Model(lambda world: world.link.pk),
    "editorial_reason": Model(lambda world: world.reason.pk, WRITER, PUBLISHER, PUBLISHER, SUPERUSER),
    "editorial_source": Model(lambda world: world.source.pk, WRITER, PUBLISHER, PUBLISHER, PUBLISHER),
    "editorial_sweep": Model(lambda world: world.sweep.pk),
}

ROWS: dict[str, Row] = {
    # --- Django's own
    "index": Row(STAFF, STAFF),
    "login": Row(OPEN, OPEN),
    "logout": Row(NOBODY, STAFF),
    "password_change": Row(STAFF, STAFF),
    "password_change_done": Row(STAFF, NOBODY),
    # --- the second factor and the sessions of one's own account
    "login_code": Row(STAFF, STAFF),  # without a password before it, it leads away
    "security": Row(STAFF, STAFF),
    "second_factor": Row(STAFF, STAFF),
    "second_factor_off": Row(STAFF, STAFF),
    "recovery_codes": Row(STAFF, STAFF),
    "sign_out": Row(NOBODY, STAFF),
    "autocomplete": Row(NOBODY, NOBODY),  # no page of ours asks for it
    "jsi18n": Row(STAFF, NOBODY),
    "view_on_site": Row(NOBODY, NOBODY, lambda world: [0, 0]),
    "app_list": Row(WRITER, WRITER, lambda world: ["editorial"]),
    "auth_user_password_change": Row(SUPERUSER, SUPERUSER, lambda world: [world.ada.pk]),
    # --- articles
    "editorial_article_decide": Row(NOBODY, REVIEWER, lambda world: ["approve"], World.item),
    "editorial_article_calendar": Row(WRITER, WRITER),
    "editorial_article_approve": Row(REVIEWER, REVIEWER, article),
    "editorial_article_previews": Row(WRITER, REVIEWER, article, lambda world: {"days": 7}),
    "editorial_article_revoke_preview": Row(NOBODY, REVIEWER, lambda world: [world.article.pk, world.link.pk]),
    "editorial_article_compare": Row(WRITER, WRITER, article),
    "editorial_article_preview": Row(WRITER, WRITER, article),
    "editorial_article_draft": Row(NOBODY, WRITER, article),
    "editorial_article_discard": Row(NOBODY, WRITER, article),
    "editorial_article_both": Row(WRITER, WRITER, article),
    "editorial_article_reading": Row(NOBODY, WRITER, article, lambda world: {"revision": world.article.current_id}),
    "editorial_article_layout": Row(NOBODY, WRITER, article, lambda world: {"layout": "side"}),
    "editorial_article_waive": Row(NOBODY, REVIEWER, article),
    "editorial_article_tags": Row(WRITER, WRITER),
    "editorial_article_fixes": Row(WRITER, WRITER, article),
    "editorial_article_proposal": Row(WRITER, WRITER, lambda world: [world.proposed.pk]),
    "editorial_article_conflict": Row(WRITER, WRITER, lambda world: [world.proposed.pk]),
    "editorial_article_revision": Row(WRITER, WRITER, its_revision),
    "editorial_article_export": Row(WRITER, WRITER),
    # --- comments: a mention is for the one whom it calls
    "editorial_mention_history": Row(PUBLISHER, PUBLISHER, lambda world: [world.mention.pk], is_adas=True),
    "editorial_mention_change": Row(PUBLISHER, NOBODY, lambda world: [world.mention.pk], is_adas=True),
    "editorial_mention_seen": Row(NOBODY, WRITER),
    "editorial_mention_mail": Row(NOBODY, WRITER),
    "editorial_mention_open": Row(NOBODY, PUBLISHER, lambda world: [world.mention.pk], is_adas=True),
    "editorial_article_comments": Row(NOBODY, WRITER, article, lambda world: {"say": "1", "comment": "Yes."}),
    # who may not decide on stories and claims is led back to the page, which says so
    "editorial_article_stories": Row(NOBODY, WRITER, article, lambda world: {"accept_rest": "1"}),
    "editorial_article_claims": Row(NOBODY, WRITER, article, lambda world: {"claim": "verified:0.0:none"}),
    "editorial_event_export": Row(WRITER, WRITER, lambda world: ["csv"]),
    # --- the queue
    "editorial_article_queue": Row(WRITER, NOBODY),
    "editorial_article_queue_next": Row(NOBODY, WRITER),
    "editorial_article_queue_save": Row(NOBODY, WRITER),
    "editorial_article_queue_remove": Row(NOBODY, WRITER, lambda world: [1]),
    "editorial_article_queue_bulk": Row(NOBODY, REVIEWER, data=lambda world: {"do": "reject", **world.item()}),
    "editorial_article_queue_approve": Row(NOBODY, PUBLISHER, data=World.item),
    "editorial_article_hold": Row(NOBODY, WRITER, article, lambda world: {"do": "give_back"}),
    "editorial_article_take_over": Row(WRITER, WRITER, article),
    # --- imports
    "editorial_article_import": Row(PUBLISHER, PUBLISHER),
    "editorial_draft": Row(PUBLISHER, PUBLISHER, lambda world: [world.draft.pk]),
    "editorial_draft_file": Row(PUBLISHER, PUBLISHER, lambda world: [world.draft.pk, world.draft.files.get().pk]),
    "editorial_draft_continue": Row(NOBODY, PUBLISHER, lambda world: [world.draft.pk]),
    "editorial_draft_cancel": Row(NOBODY, PUBLISHER, lambda world: [world.draft.pk]),
    "editorial_draft_result": Row(PUBLISHER, NOBODY, lambda world: [world.draft.pk]),
    "editorial_batch_undo": Row(PUBLISHER, PUBLISHER, lambda world: [world.batch.pk]),
    "editorial_batch_decide": Row(NOBODY, REVIEWER, lambda world: [world.batch.pk, "reject"]),
    "editorial_heldfile_accept": Row(NOBODY, PUBLISHER, lambda world: [world.held.pk]),
    "editorial_heldfile_edit": Row(NOBODY, PUBLISHER, lambda world: [world.held.pk]),
    "editorial_heldfile_dismiss": Row(NOBODY, PUBLISHER, lambda world: [world.held.pk]),
    "editorial_heldfile_accept_all": Row(PUBLISHER, PUBLISHER, lambda world: [world.held.cause]),
    # --- checks and sweeps
    "editorial_checksetting_change": Row(STAFF, STAFF, lambda world: [world.setting.pk]),  # leads to the list
    "editorial_checksetting_changelist": Row(WRITER, PUBLISHER),
    "editorial_checksetting_recheck": Row(REVIEWER, REVIEWER),
    "editorial_checksetting_found": Row(WRITER, WRITER, lambda world: ["link-tracking"]),
    "editorial_sweep_begin": Row(NOBODY, REVIEWER),
    "editorial_sweep_begin_batch": Row(NOBODY, REVIEWER, lambda world: [world.batch.pk]),
    "editorial_sweep_begin_entry": Row(NOBODY, REVIEWER, lambda world: [world.entry.pk]),
    "editorial_sweep_confirm": Row(NOBODY, REVIEWER, lambda world: [world.sweep.pk]),
    "editorial_sweep_continue": Row(NOBODY, REVIEWER, lambda world: [world.sweep.pk]),
    "editorial_sweep_cancel": Row(NOBODY, REVIEWER, lambda world: [world.sweep.pk]),
    "editorial_sweep_change": Row(REVIEWER, NOBODY, lambda world: [world.sweep.pk]),
    "editorial_sweep_article": Row(REVIEWER, REVIEWER, lambda world: [world.sweep.pk, world.article.pk]),
    # --- tables
    **{
        f"editorial_{table}_{page}": row
        for table in ("source", "houseentry")
        for page, row in {
            "process_import": Row(NOBODY, PUBLISHER),
            "import": Row(PUBLISHER, PUBLISHER),
            "export": Row(WRITER, WRITER),
        }.items()
    },
    "editorial_houseentry_effect": Row(WRITER, WRITER, lambda world: [world.entry.pk]),
}
for _name, _model in MODELS.items():
    ROWS = {**_model.rows(_name), **ROWS}
