"""Settings come from the environment; what is missing or misspelt stops the start with a sentence."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core import checks

PRODUCTION = {
    "SECRET_KEY": "a-long-random-value-" + "x7Qm2" * 10,
    "ALLOWED_HOSTS": "digest.example.org",
    "SITE_URL": "https://digest.example.org",
}


def manage(*args, **environment):
    """manage.py in a process of its own, with nothing in the environment but what is given."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(  # noqa: S603  our own script
        [sys.executable, "manage.py", *args],
        env={**kept, "ENV_FILE": "", **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_production_environment_of_the_readme_passes_the_deployment_check(tmp_path):
    result = manage(
        "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, DATABASE_URL=f"sqlite:///{tmp_path / 'db'}"
    )
    assert (result.returncode, "no issues" in result.stdout + result.stderr) == (0, True), result.stderr


def test_a_site_address_without_https_and_local_hosts_are_warned_of():
    result = manage("check", "--deploy", "--fail-level", "WARNING", SECRET_KEY=PRODUCTION["SECRET_KEY"])
    assert result.returncode == 1
    assert "digest.W001" in result.stderr
    assert "digest.W002" in result.stderr


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "x", "DEBUG": "yess"}, "DEBUG is 'yess': Not a valid boolean."),
        ({"SECRET_KEY": "x", "PAGE_SIZE": "many"}, "PAGE_SIZE is 'many'"),
        ({"SECRET_KEY": "x", "CACHE_URL": "memcached://x"}, "CACHE_URL is 'memcached://x'"),
        ({"SECRET_KEY": "x", "DATABASE_URL": "oracle-ish://x"}, "DATABASE_URL"),
        ({"SECRET_KEY": "x", "TIME_ZONE": "Mars/Olympus"}, "TIME_ZONE is 'Mars/Olympus'"),
        ({"SECRET_KEY": "x", "STORIES_REQUIRED": "some"}, "STORIES_REQUIRED is 'some'"),
        ({"SECRET_KEY": "x", "CLAIMS_REQUIRED": "some"}, "CLAIMS_REQUIRED is 'some'"),
        ({"SECRET_KEY": "x", "EMAIL_URL": "mail.example.org"}, "EMAIL_URL can't be read"),
        ({"SECRET_KEY": "x", "SECOND_FACTOR": "sometimes"}, "SECOND_FACTOR is 'sometimes'"),
        ({"SECRET_KEY": "x", "TRUST_PROXY_ADDRESS": "maybe"}, "TRUST_PROXY_ADDRESS is 'maybe'"),
        ({"SECRET_KEY": "x", "LOGIN_MAX_FAILURES": "0"}, "digest.E002"),
        ({"SECRET_KEY": "x", "PAGE_SIZE": "0"}, "digest.E002"),
        ({"SECRET_KEY": "x", "SITE_URL": "digest.example.org"}, "digest.E001"),
    ],
)
def test_a_missing_or_misspelt_setting_stops_the_start_with_a_sentence(environment, says):
    result = manage("check", **environment)
    assert result.returncode != 0
    assert says in result.stderr


def test_an_empty_database_address_means_the_default_and_a_wrong_one_is_not_printed():
    assert manage("check", SECRET_KEY="x", DATABASE_URL="").returncode == 0
    result = manage("check", SECRET_KEY="x", DATABASE_URL="postgres://user:hunter2@host:port/name")
    assert result.returncode != 0
    assert "DATABASE_URL can't be read" in result.stderr
    assert "hunter2" not in result.stderr.splitlines()[-1]


def test_a_mail_address_means_a_server_none_means_no_mail_and_a_wrong_one_is_not_printed():
    code = (
        "from django.core import mail; "
        "from django.conf import settings as s; "
        "c = mail.mailers['default'] if hasattr(s, 'MAILERS') else mail.get_connection() if s.SENDS_MAIL else None; "
        "print(s.SENDS_MAIL, type(c).__module__.split('.')[-1], "
        "*(getattr(c, n, '-') for n in 'host port username use_tls'.split()))"
    )
    server = "submission://desk:hunter2@mail.example.org"
    result = manage("shell", "-v0", "-c", code, **PRODUCTION, EMAIL_URL=server)
    assert result.stdout.strip() == "True smtp mail.example.org 587 desk True"
    for environment in ({}, {"EMAIL_URL": ""}):
        assert manage("shell", "-v0", "-c", code, **PRODUCTION, **environment).stdout.startswith("False ")
    result = manage("check", **PRODUCTION, EMAIL_URL=f"{server}:port")
    assert result.returncode != 0
    assert "EMAIL_URL can't be read" in result.stderr
    assert "hunter2" not in result.stderr.splitlines()[-1]


def test_a_cache_address_means_redis():
    code = "from django.core.cache import cache; print(type(cache._connections['default']).__name__)"
    result = manage("shell", "-v0", "-c", code, **PRODUCTION, CACHE_URL="redis://127.0.0.1:6379/0")
    assert result.stdout.strip() == "RedisCache"


def test_sqlite_runs_in_wal_and_waits_for_its_turn(tmp_path):
    code = "from django.db import connection as c; k = c.cursor(); print(k.execute('PRAGMA journal_mode').fetchone())"
    result = manage("shell", "-v0", "-c", code, **PRODUCTION, DATABASE_URL=f"sqlite:///{tmp_path / 'db'}")
    assert "wal" in result.stdout


def test_every_setting_of_the_example_file_is_one_that_settings_read():
    example = (settings.BASE_DIR / ".env.example").read_text()
    source = (settings.BASE_DIR / "digest" / "settings.py").read_text()
    names = [line.lstrip("#").split("=")[0] for line in example.splitlines() if "=" in line and " " not in line[:3]]
    names = [name for name in names if name.isupper()]
    assert len(names) > 12
    for name in names:
        assert f'"{name}"' in source, name


@pytest.mark.django_db  # some of Django's own checks ask the database what it can do
def test_every_system_check_of_ours_has_an_id_and_a_hint(settings):
    settings.SITE_URL = "nowhere"
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.PAGE_SIZE = 0
    settings.SECOND_FACTOR = "optional"
    settings.TRUST_PROXY_HEADER = True
    ours = [each for each in checks.run_checks(include_deployment_checks=True) if each.id.startswith("digest.")]
    numbers = "E001", "E002", "W001", "W002", "W004", "W005"
    assert {each.id for each in ours} == {f"digest.{number}" for number in numbers}
    assert all(each.hint for each in ours)


def test_the_health_check_is_answered_without_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/").status_code == 301
