"""Sources and the house list as tables, out and in, with a preview."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from editorial.models import HouseEntry, Source, SourceAlias

pytestmark = pytest.mark.django_db

FORMATS = {"csv": "0", "xlsx": "1", "json": "2"}


def preview(client, model, text, name="table.csv"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post(reverse(f"admin:editorial_{model}_import"), {"import_file": file, "format": FORMATS["csv"]})


def confirm(client, model, response):
    data = response.context["confirm_form"].initial
    return client.post(reverse(f"admin:editorial_{model}_process_import"), data, follow=True)


def test_a_table_of_tag_aliases_is_previewed_and_then_taken_in(client, ada):
    client.force_login(ada)
    table = "kind,value,replacement,note\ntag_alias,OpenSource,open-source,\nphrase,delve,,stock phrase\n"
    response = preview(client, "houseentry", table)
    assert "open-source" in response.content.decode()
    assert not HouseEntry.objects.exists()
    confirm(client, "houseentry", response)
    assert {(entry.kind, entry.value, entry.replacement) for entry in HouseEntry.objects.all()} == {
        ("tag_alias", "opensource", "open-source"),
        ("phrase", "delve", ""),
    }


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("tag_alias,opensource,,", "has no replacement"),
        ("nonsense,x,,", "is not a valid choice"),
        ("phrase,,,", "cannot be blank"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(row, says, client, ada):
    client.force_login(ada)
    response = preview(client, "houseentry", f"kind,value,replacement,note\n{row}\nphrase,delve,,\n")
    assert says in response.content.decode()
    assert not HouseEntry.objects.exists()


@pytest.mark.parametrize("text", ["", "\x00\x01", "a,b\n1", "kind;value\nphrase;delve\n", "kind,value\n" + "x" * 5000])
def test_no_table_whatever_gives_a_server_error(text, client, ada):
    client.force_login(ada)
    assert preview(client, "houseentry", text).status_code == 200
    assert not HouseEntry.objects.exists()


def test_sources_come_with_their_other_spellings(client, ada):
    client.force_login(ada)
    confirm(
        client, "source", preview(client, "source", "name,slug,other spellings\nRiver Notes,,RiverNotes | Rivers\n")
    )
    source = Source.objects.get()
    assert (source.name, source.slug) == ("River Notes", "river-notes")
    assert {alias.name for alias in source.aliases.all()} == {"RiverNotes", "Rivers"}


@pytest.mark.parametrize("model", ["source", "houseentry"])
def test_tables_go_out_to_readers_of_the_desk_and_come_in_from_publishers(model, client, carl, ada):
    source = Source.objects.create(name="=1+1", slug="sum")
    SourceAlias.objects.create(source=source, name="Sum")
    HouseEntry.objects.create(kind="phrase", value="=1+1")
    export, take_in = (reverse(f"admin:editorial_{model}_{page}") for page in ("export", "import"))
    client.force_login(carl)
    assert client.get(take_in).status_code == 403
    response = client.post(export, {"format": FORMATS["csv"]})
    assert b"'=1+1" in response.content
    client.force_login(ada)
    assert client.get(take_in).status_code == 200
