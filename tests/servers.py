"""Real servers, each a process of its own, over the database of a test: what one of them keeps to itself shows."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from django.db import connection

COMMANDS = {
    "granian": ["granian", "--interface", "wsgi", "--workers", "1", "--log-level", "warning", "--port", "{port}"],
    "gunicorn": ["gunicorn", "--workers", "1", "--log-level", "warning", "--bind", "127.0.0.1:{port}"],
}
PATIENCE = 60  # seconds until a server must answer


class Answer(NamedTuple):
    """`headers` by their names in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


class Server(NamedTuple):
    port: int

    def get(self, path, **headers) -> Answer:
        return self._ask(path, None, headers)

    def post(self, path, data, **headers) -> Answer:
        return self._ask(path, data, headers)

    def _ask(self, path, data, headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, names)  # noqa: S310
        try:
            with _no_redirects.open(request, timeout=30) as response:
                return _answer(response.status, response)
        except urllib.error.HTTPError as error:
            with error:
                return _answer(error.code, error)

    def raw(self, request: bytes, *, wait=10.0) -> bytes:
        """What the server sends back for these bytes until it hangs up, which they should ask of it."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as conversation:
            found = b""
            try:
                conversation.sendall(request)
                while more := conversation.recv(65_536):
                    found += more
            except (ConnectionError, TimeoutError):
                pass
            return found


def _answer(status, response):
    return Answer(status, {name.lower(): value for name, value in response.headers.items()}, response.read())


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


_no_redirects = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))


def database_url(tmp_path: Path) -> str:
    """The address at which other processes find this test's database: itself, or of one in memory, a copy
    as it is now."""
    values = connection.settings_dict
    if connection.vendor == "postgresql":
        auth = f"{values['USER']}:{values['PASSWORD']}@" if values["USER"] else ""
        return f"postgres://{auth}{values['HOST']}:{values['PORT'] or 5432}/{values['NAME']}"
    path = tmp_path / "shared.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA journal_mode=WAL")
    return f"sqlite:///{path}"


@contextmanager
def serving(kind: str, *, url: str, **settings: str):
    """A server of that kind over the database at `url`, with these variables in its environment."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [part.format(port=port) for part in COMMANDS[kind]]
    environment = {**os.environ, "TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings", **settings}
    process = subprocess.Popen(  # noqa: S603  our own command
        [str(Path(sys.executable).parent / command[0]), *command[1:], "digest.wsgi:application"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(process, port)
        yield Server(port)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _await(process, port):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            Server(port).get("/healthz")
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"No server came up on port {port}.")
