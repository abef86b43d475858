"""Writers correct, Reviewers also decide, Publishers also retract and import."""

import pytest
from django.contrib.auth.models import Group, Permission

from editorial.roles import create_roles, roles

pytestmark = pytest.mark.django_db


def test_each_role_has_all_the_rights_of_the_one_before():
    writers, reviewers, publishers = map(set, roles().values())
    assert writers < reviewers < publishers
    assert "change_article" in writers
    own = "review_article decide_article waive_finding add_sweep assign_article add_previewlink"
    assert set(own.split()) == reviewers - writers
    assert {"retract_article", "import_article"} <= publishers - reviewers


def test_every_right_of_the_table_exists():
    named = {name for names in roles().values() for name in names}
    known = set(
        Permission.objects.filter(content_type__app_label__in=("editorial", "digest")).values_list(
            "codename", flat=True
        )
    )
    assert named <= known


def test_the_groups_come_with_the_database_and_stay_when_made_again(ada):
    before = {group.name: group.permissions.count() for group in Group.objects.all()}
    assert before == {name: len(rights) for name, rights in roles().items()}
    create_roles(Group, Permission)
    assert {group.name: group.permissions.count() for group in Group.objects.all()} == before
