"""One of two reviewers in a race: waits for the start, approves, prints what came of it. Run by test_race.py."""

import sys
import time

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402

from editorial.models import Article, Revision  # noqa: E402
from editorial.workflow import Action, WorkflowError, perform  # noqa: E402

username, revision, start = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
user = get_user_model().objects.get(username=username)
seen = Revision.objects.get(pk=revision)
article = Article.objects.select_related("source", "publication").get(pk=seen.article_id)
while time.time() < start:
    pass
try:
    perform(article, Action.APPROVE, by=user, revision=seen, accept_rest=True)
    sys.stdout.write("won")
except WorkflowError as error:
    sys.stdout.write(f"refused: {error}")
