"""One of two reviewers who press “Review next” at once, again and again: prints what they got. Run by
test_reserving.py."""

import sys
import time

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402

from editorial.queueing import Filters  # noqa: E402
from editorial.reserving import take_next  # noqa: E402

user = get_user_model().objects.get(username=sys.argv[1])
user.has_perm("editorial.change_article")
sys.stdout.write("ready\n")
sys.stdout.flush()
sys.stdin.readline()  # the start, once both are ready
while article := take_next(Filters(), by=user):
    sys.stdout.write(f"{article.pk} ")
    time.sleep(0.01)  # so that on a busy machine the other has its turn, too
