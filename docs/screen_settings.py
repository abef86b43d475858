"""The settings of development for pictures, but with the error pages that readers get."""

from digest.settings import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
