"""One of two reviewers who press “Review next” at once, again and again: prints what they got. Run by
test_reserving.py."""

import sys
import time

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402

from editorial.queueing import Filters  # noqa: E402
from editorial.reserving import take_next  # noqa: E402

username, start = sys.argv[1], float(sys.argv[2])
user = get_user_model().objects.get(username=username)
user.has_perm("editorial.change_article")
while time.time() < start:
    pass
while article := take_next(Filters(), by=user):
    sys.stdout.write(f"{article.pk} ")
