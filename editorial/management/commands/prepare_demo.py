"""manage.py prepare_demo: the sample articles on the desk, one of them public, and an account to log in with."""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError

from editorial.checking import check_all, fresh, load_house
from editorial.importing import find_files, import_files, read_files
from editorial.models import Article, Event, Status
from editorial.rerendering import rerender_publications
from editorial.roles import PUBLISHERS
from editorial.workflow import Action, perform

USERNAME = "editor"
SAMPLES = Path(settings.BASE_DIR) / "fixtures" / "articles" / "good"


class Command(BaseCommand):
    help = "For a trial (DEBUG=on only): import the sample articles, publish one, make an editor account."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("This makes an account for a trial; it runs only with DEBUG=on.")
        password = secrets.token_urlsafe(12)
        editor = _editor(password)
        files = read_files(find_files([SAMPLES]), max_bytes=settings.UPLOAD_MAX_BYTES)
        report = import_files(files, by=editor, origin="the samples of make demo")
        rerender_publications()
        check_all(fresh(), load_house())
        published = _publish_one(editor)
        public = f"“{published}” is public" if published else "nothing is public now"
        new = sum(report.counts[outcome] for outcome in report.counts if outcome == "new")
        self.stdout.write(
            f"\n  {new} sample articles imported, {Article.objects.count()} on the desk; {public}.\n"
            f"\n  Public site   {settings.SITE_URL}/"
            f"\n  The desk      {settings.SITE_URL}/admin/"
            f"\n  Log in as     {USERNAME}"
            f"\n  Password      {password}   (fresh at every make demo)\n\n"
        )


def _editor(password: str) -> Any:
    user, _ = get_user_model().objects.get_or_create(
        username=USERNAME, defaults={"first_name": "Demo", "last_name": "Editor", "is_staff": True}
    )
    user.set_password(password)
    user.save()
    user.groups.add(Group.objects.get(name=PUBLISHERS))
    return user


def _publish_one(editor: Any) -> str:
    """The title of an article that is public; approves the newest one where nothing was ever approved."""
    public = Article.objects.filter(publication__isnull=False).first()
    if public:
        return public.title
    article = Article.objects.select_related("current", "source").filter(status=Status.NEW).first()
    if article is None or Event.objects.filter(action=Action.APPROVE).exists():
        return ""  # somebody has worked here: what readers see is for that person to say
    for action in (Action.START_REVIEW, Action.APPROVE):
        perform(article, action, by=editor, revision=article.current, accept_rest=action is Action.APPROVE)
    return article.title
