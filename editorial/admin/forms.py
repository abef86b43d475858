"""The forms of the desk: from what a person typed to the values that domain functions take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms

from digest.models import LANGUAGES
from digest.rendering import RenderingError, render

from ..decision_reasons import offered
from ..importing.reading import SLUG_MAX, TAG_MAX, TITLE_MAX, as_body
from ..models import Revision
from ..text import SAFE_SLUG, Text, storable

_ITEM = re.compile(r"[0-9]{1,18}:[0-9]{1,18}")


class TextForm(forms.Form):
    """The working text of an article. `based_on` is the revision that the person had before them."""

    title = forms.CharField(max_length=TITLE_MAX, widget=forms.TextInput(attrs={"class": "vTextField"}))
    excerpt = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}))
    body = forms.CharField(strip=False, widget=forms.Textarea(attrs={"rows": 32, "class": "vLargeTextField desk-text"}))
    tags = forms.CharField(
        required=False,
        help_text="Separated by commas.",
        widget=forms.TextInput(attrs={"class": "vTextField", "autocapitalize": "off"}),
    )
    language = forms.ChoiceField(required=False, choices=[("", "not known"), *LANGUAGES.items()])
    date = forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    slug = forms.CharField(
        max_length=SLUG_MAX,
        help_text="The last part of the public address.",
        widget=forms.TextInput(attrs={"class": "vTextField", "autocapitalize": "off"}),
    )
    note = forms.CharField(
        required=False,
        max_length=1000,
        help_text="What you changed and why, for the log.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_title(self) -> str:
        return " ".join(storable(self.cleaned_data["title"]).split())

    def clean_excerpt(self) -> str:
        return storable(self.cleaned_data["excerpt"]).replace("\r\n", "\n").strip()

    def clean_body(self) -> str:
        body = as_body(self.cleaned_data["body"])
        if not body.strip():
            raise forms.ValidationError("The text is empty. Write at least one sentence, or reject the article.")
        try:
            render(body)
        except RenderingError as error:
            raise forms.ValidationError(str(error)) from None
        return body

    def clean_tags(self) -> tuple[str, ...]:
        typed = storable(self.cleaned_data["tags"])
        parts = typed.split() if typed.lstrip().startswith("#") and "," not in typed else typed.split(",")
        names = [" ".join(part.split()).lstrip("#") for part in parts]
        for name in names:
            if len(name) > TAG_MAX:
                raise forms.ValidationError(f"The tag “{name[:40]}…” is longer than {TAG_MAX} characters.")
        return tuple({name.lower(): name for name in reversed(names) if name}.values())[::-1]

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if not SAFE_SLUG.fullmatch(slug):
            raise forms.ValidationError("Use small letters a to z, digits and single hyphens, such as “two-words”.")
        return slug

    def text(self) -> Text:
        """What was typed, as a text. Only of a valid form."""
        names = ("title", "excerpt", "body", "tags", "language", "date", "slug")
        return Text(**{name: self.cleaned_data[name] for name in names})

    def text_on(self, revision: Revision) -> Text:
        """What was typed over a revision; its body where only line ends differ, as browsers change lone carriage
        returns."""
        text = self.text()
        return replace(text, body=revision.body) if _lines(text.body) == _lines(revision.body) else text

    def text_as_far_as_valid(self, otherwise: Text) -> Text:
        """What was typed, with the fields of another text where it can't stand. The body is always the typed one."""
        self.full_clean()
        names = ("title", "excerpt", "tags", "language", "date", "slug")
        good = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return replace(otherwise, **good, body=as_body(self.data.get("body", otherwise.body)))

    @classmethod
    def of(cls, revision: Revision, text: Text | None = None, *, typed: Mapping[str, str] | None = None) -> TextForm:
        """The form as it opens on a revision, with another text in it, or what was typed, if one is given."""
        text = text or revision.text
        fields: dict[str, Any] = {name: getattr(text, name) for name in cls.base_fields if hasattr(text, name)}
        fields |= {"tags": ", ".join(text.tags), "note": "", "based_on": revision.pk, **(typed or {})}
        return cls(initial=fields)


def _words(label: str, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})
    return forms.CharField(label=label, required=False, max_length=2000, widget=widget, **more)


def _reasons() -> list[tuple[str, str]]:
    return [(reason.code, reason.name) for reason in offered()]


class DecisionForm(forms.Form):
    """An action on one or more articles, each with the exact revision that the person saw: `12:34`."""

    reasons = forms.MultipleChoiceField(
        required=False, choices=_reasons, widget=forms.CheckboxSelectMultiple, label="Reasons"
    )
    reason = _words("Reason", help_text="Kept in the log with your name.")
    public_note = _words("Note to readers")
    accept_rest = forms.BooleanField(required=False, label="I have read these stories and accept them as they stand.")

    def __init__(self, *args: Any, items: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items

    def pairs(self) -> list[tuple[int, int]]:
        """(article, revision) keys; raises ValueError on anything else."""
        if any(not _ITEM.fullmatch(item) for item in self.items):
            raise ValueError("an item is article:revision, both of at most 18 digits")
        return [(int(article), int(revision)) for article, revision in (item.split(":") for item in self.items)]


class ApprovalForm(DecisionForm):
    """The approval of one text: what the review was, and when readers get it. `opened` says when the page was."""

    NOW, LATER = "now", "later"

    facts_checked = forms.ChoiceField(required=False, choices=[("yes", "Yes"), ("no", "No")])
    sources_opened = forms.ChoiceField(required=False, choices=[("yes", "Yes"), ("no", "No")])
    when = forms.ChoiceField(required=False, choices=[(NOW, "Now"), (LATER, "Later, at")])
    at = forms.DateTimeField(
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        error_messages={"invalid": "Give day and time as in 2026-12-03 14:00."},
    )
    override = forms.BooleanField(required=False)
    quick = forms.BooleanField(required=False)
    diff_opened = forms.BooleanField(required=False)
    opened = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("when") != self.LATER:
            found["at"] = None
        elif not found.get("at") and "at" not in self.errors:
            self.add_error("at", "Say at which day and time readers get it, or choose now.")
        return found


def _lines(body: str) -> str:
    return body.replace("\r\n", "\n").replace("\r", "\n")
