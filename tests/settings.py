"""The settings of the test run: the project's own, with a fixed environment that no .env file can change."""

import os

os.environ.update(
    {
        "ENV_FILE": "",
        "DEBUG": "off",
        "SECRET_KEY": "only-for-tests-" + "0123456789" * 4,
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "SECURE_SSL_REDIRECT": "off",
        "SITE_URL": "http://testserver",
        "SECOND_FACTOR": "optional",
        "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", "sqlite://:memory:"),
        "EMAIL_URL": "memory://",
        "REVIEW_WORDS_PER_MINUTE": "0",  # tests read no texts; those of the reading time set it
        "CACHE_URL": os.environ.get("TEST_CACHE_URL", ""),
    }
)

from digest.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
