"""The screens that are photographed: where each is, who looks at it, and what is done on it first."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .sample_desk import PASSWORD, Desk

Place = str | Callable[[Desk], str]


@dataclass(frozen=True)
class Screen:
    """A page: its path, who looks at it ("" for somebody without an account), what is done on it before the picture is
    taken, and a selector of the part of it that is shown."""

    path: Place
    who: str = "ada"
    before: Callable[[Any], object] = lambda page: None
    only: str = ""


# --- ways to a page -----------------------------------------------------------------------------------------


def admin(name: str, *args: Callable[[Desk], Any] | object, query: str = "") -> Callable[[Desk], str]:
    """A page of the admin; of what the desk names where an argument asks it."""

    def path(desk: Desk) -> str:
        from django.urls import reverse

        return reverse(f"admin:{name}", args=[arg(desk) if callable(arg) else arg for arg in args]) + query

    return path


def article(name: str, which: str, *more: object, query: str = "") -> Callable[[Desk], str]:
    return admin(f"editorial_article_{name}", lambda desk: getattr(desk, which).pk, *more, query=query)


def row(model: str, page: str = "change", **facts: Any) -> Callable[[Desk], str]:
    """A page about the newest row of a model of the desk with these facts."""

    def newest(desk: Desk) -> Any:
        from django.apps import apps

        found = apps.get_model("editorial", model).objects.filter(**facts).order_by("-pk").first()
        if found is None:
            raise SystemExit(f"The samples have no {model} with {facts}.")
        return found.pk

    return admin(f"editorial_{model}_{page}", newest)


def listing(model: str, query: str = "") -> Callable[[Desk], str]:
    return admin(f"editorial_{model}_changelist", query=query)


def public(which: str, ending: str = "") -> Callable[[Desk], str]:
    def path(desk: Desk) -> str:
        from digest.models import Publication

        return Publication.objects.get(pk=getattr(desk, which).publication.pk).get_absolute_url() + ending

    return path


def public_source(desk: Desk) -> str:
    from django.urls import reverse

    return reverse("digest:source", args=[desk.corrected.source.slug])


def tag_of(desk: Desk) -> str:
    from digest.models import Tag

    tag = Tag.objects.filter(publication=desk.corrected.publication.pk).first()
    assert tag is not None  # noqa: S101  every sample has tags
    return tag.get_absolute_url()


# --- what is done on a page ---------------------------------------------------------------------------------


def laid_out(layout: str, tab: str = "") -> Callable[[Any], object]:
    """The review page in one of its ways, perhaps with one of its panels open."""

    def before(page: Any) -> None:
        page.click(f".review-layouts [value={layout}]")
        if tab and page.is_visible(f"#tab-{tab}"):
            page.click(f"#tab-{tab}")
        page.mouse.move(0, 0)
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(900)

    return before


def tick(count: int, then: str = "") -> Callable[[Any], object]:
    """Some articles of the queue ticked, and perhaps a step chosen for them."""

    def before(page: Any) -> None:
        boxes = page.locator("[name=item]")
        for number in range(count):
            boxes.nth(number).check()
        if then:
            page.click(f"[name=do][value={then}]")

    return before


def fill(**values: str) -> Callable[[Any], object]:
    """A form with these values, sent."""

    def before(page: Any) -> None:
        for name, value in values.items():
            page.fill(f"#content [name={name}]", value)
        page.click("#content [type=submit]")
        page.wait_for_load_state()

    return before


def with_new_codes(page: Any) -> None:
    fill(code=fresh_code("carl"))(page)


def fresh_code(username: str) -> str:
    """What the app of a person shows, as if none of its codes had been used yet."""
    from django_otp.oath import TOTP
    from django_otp.plugins.otp_totp.models import TOTPDevice

    device = TOTPDevice.objects.get(user__username=username)
    device.last_t, device.throttling_failure_count, device.throttling_failure_timestamp = -1, 0, None
    device.save()
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time()
    return f"{totp.token():06d}"


QUEUE = "/admin/editorial/article/queue/"
PAGES = {
    "desk-login": Screen("/admin/login/", who=""),
    "desk-login-wrong": Screen("/admin/login/", who="", before=fill(username="ada", password="guessed")),  # noqa: S106
    "desk-login-code": Screen("/admin/login/", who="", before=fill(username="carl", password=PASSWORD)),
    "desk-security": Screen(admin("security")),
    "desk-second-factor": Screen(admin("second_factor"), who="bea"),
    "desk-recovery-codes": Screen(admin("recovery_codes"), who="carl", before=with_new_codes),
    "desk-front": Screen("/admin/"),
    "desk-notices": Screen(listing("mention")),
    "desk-queue": Screen(QUEUE),
    "desk-queue-filters": Screen(
        f"{QUEUE}?severity=warn", before=lambda page: page.click("summary:has-text('Filters')")
    ),
    "desk-queue-nothing": Screen(f"{QUEUE}?language=pl&severity=block"),
    "desk-queue-approve": Screen(f"{QUEUE}?state=in_review&severity=none", before=tick(1, "approve")),
    "desk-queue-send-back": Screen(QUEUE, before=tick(2, "send_back")),
    "desk-calendar": Screen(admin("editorial_article_calendar")),
    "desk-articles": Screen(listing("article")),
    "desk-review": Screen(article("change", "review"), who="bea", before=laid_out("side", "preview")),
    "desk-review-inline": Screen(article("change", "review"), who="bea", before=laid_out("inline", "findings")),
    "desk-review-changes": Screen(article("change", "review"), who="bea", before=laid_out("rendered", "findings")),
    "desk-review-preview": Screen(article("change", "review"), who="bea", before=laid_out("preview", "history")),
    "desk-review-stories": Screen(
        article("change", "review"), who="bea", before=laid_out("side", "stories"), only="#stories"
    ),
    "desk-review-claims": Screen(
        article("change", "review"), who="bea", before=laid_out("side", "claims"), only="#claims"
    ),
    "desk-review-comments": Screen(
        article("change", "review"), who="bea", before=laid_out("side", "comments"), only="#comments"
    ),
    "desk-review-keys": Screen(
        article("change", "review"), who="bea", before=lambda page: page.keyboard.press("?"), only="#review-keys"
    ),
    "desk-review-reader": Screen(article("change", "changed"), who="carl", before=laid_out("side", "findings")),
    "desk-approve": Screen(article("approve", "review"), who="bea"),
    "desk-take-over": Screen(article("take_over", "held")),
    "desk-fixes": Screen(article("fixes", "held")),
    "desk-compare": Screen(article("compare", "changed", query="?from=approved&rendered=1")),
    "desk-revision": Screen(article("revision", "changed", 1)),
    "desk-both": Screen(article("both", "changed"), who="carl"),
    "desk-previews": Screen(article("previews", "review")),
    "desk-conflict": Screen(article("conflict", "conflict")),
    "desk-batches": Screen(listing("batch")),
    "desk-batch": Screen(row("batch", origin="the morning's run")),
    "desk-batch-undo": Screen(row("batch", "undo", origin="the morning's run")),
    "desk-held-queue": Screen(listing("heldfile")),
    "desk-held-file": Screen(row("heldfile", has_repair=False, state="open")),
    "desk-held-repair": Screen(row("heldfile", has_repair=True, state="open")),
    "desk-import": Screen(admin("editorial_article_import")),
    "desk-import-plan": Screen(admin("editorial_draft", lambda desk: desk.draft.pk)),
    "desk-import-file": Screen(
        admin("editorial_draft_file", lambda desk: desk.draft.pk, lambda desk: desk.draft.files.earliest("pk").pk)
    ),
    "desk-import-result": Screen(admin("editorial_draft_result", lambda desk: desk.imported.pk)),
    "desk-checks": Screen(listing("checksetting")),
    "desk-check-found": Screen(admin("editorial_checksetting_found", "newsletter-twice")),
    "desk-house-list": Screen(listing("houseentry")),
    "desk-house-entry": Screen(row("houseentry")),
    "desk-sweep": Screen(admin("editorial_sweep_change", lambda desk: desk.sweep.pk)),
    "desk-log": Screen(listing("event")),
    "desk-reasons": Screen(listing("reason")),
    "desk-sources": Screen(listing("source")),
    "desk-links": Screen(listing("linklook")),
    "preview-link": Screen(lambda desk: f"/preview/{desk.token}/", who=""),
    "preview-closed": Screen(lambda desk: f"/preview/{desk.closed_token}/", who=""),
    "site-front": Screen("/", who=""),
    "site-front-polish": Screen("/pl/", who=""),
    "site-article": Screen(public("corrected"), who=""),
    "site-short": Screen(public("corrected", "tldr/"), who=""),
    "site-tag": Screen(tag_of, who=""),
    "site-tags": Screen("/tags/", who=""),
    "site-source": Screen(public_source, who=""),
    "site-sources": Screen("/sources/", who=""),
    "site-archive": Screen("/archive/", who=""),
    "site-month": Screen(lambda desk: f"/archive/{desk.corrected.date:%Y/%m}/", who=""),
    "site-search": Screen("/search/?q=server", who=""),
    "site-search-nothing": Screen("/search/?q=servre+tag:nothing", who=""),
    "site-policy": Screen("/editorial-policy/", who=""),
    "site-about": Screen("/about/", who=""),
    "site-colophon": Screen("/colophon/", who=""),
    "site-corrections": Screen("/corrections/", who=""),
    "site-missing": Screen("/no-such-page/", who=""),
    "site-retracted": Screen(lambda desk: f"/articles/{desk.retracted.current.slug}/", who=""),
}
