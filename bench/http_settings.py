"""Settings of the server that `python -m bench.http` measures: those of production, on this machine alone."""

import os

from digest.settings import *  # noqa: F403

ROOT_URLCONF = "bench.http_urls"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
SECURE_SSL_REDIRECT = False
STATIC_ROOT = os.environ.get("BENCH_STATIC", "")
