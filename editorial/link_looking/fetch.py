"""One question to one server and its answer, within a time and a size. No Django, no database.

The standard library's HTTP client speaks over a connection that was made here, to an address that the guard judged. It
knows no proxies, cookies or redirects, and so there are none.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
import zlib
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any

from .guard import LookError, Target

HEAD_MAX = 131_072  # bytes that come besides the body: the code, the headers, the sizes of chunks
STEP = 16_384  # bytes read at once
TRIES = 3  # addresses of one host that are tried


@cache
def trusted() -> ssl.SSLContext:
    """What https is checked by: the certificates that the system trusts. Made once, as it takes a while."""
    return ssl.create_default_context()


@dataclass(frozen=True)
class Manner:
    """How to ask: as whom, for how long (seconds for one answer), for how much (bytes of a body, unpacked too)."""

    user_agent: str
    timeout: float = 15.0
    max_bytes: int = 262_144
    tls: ssl.SSLContext | None = None  # None: `trusted`


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: `code`, the headers by their names in small letters, and the beginning of the body."""

    code: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def fetch(target: Target, manner: Manner) -> Answer:
    """The answer to a GET, its body as far as it came within time and size. Raises LookError with a sentence."""
    deadline = time.monotonic() + manner.timeout
    line = _connected(target, manner, deadline)
    try:
        return _asked(line, target, manner)
    except TimeoutError:
        raise LookError(f"{target.host} did not answer within {manner.timeout:g} seconds.") from None
    except (HTTPException, OSError, ValueError) as error:
        raise LookError(f"{target.host} gave an answer that can't be read ({type(error).__name__}).") from None
    finally:
        line.hang_up()


def _asked(line: _Line, target: Target, manner: Manner) -> Answer:
    client = HTTPConnection(target.host, target.port)
    client.sock = line  # a client with a connection makes none
    headers = {
        "Host": target.site.partition("://")[2],
        "User-Agent": manner.user_agent,
        "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    client.request("GET", target.path, headers=headers)
    with client.getresponse() as response:
        headers = {name.lower(): _decoded(value) for name, value in response.getheaders()}
        body = _unpacked(_body(response, manner.max_bytes), headers.get("content-encoding", ""), manner.max_bytes)
        return Answer(response.status, headers, body)


def _body(response: HTTPResponse, max_bytes: int) -> bytes:
    """The body's beginning. One that is too slow, too long or broken off is what came of it: the code is known."""
    pieces, left = [], max_bytes
    try:
        while left > 0 and (piece := response.read1(min(STEP, left))):
            pieces.append(piece)
            left -= len(piece)
    except (HTTPException, OSError, ValueError):
        pass
    return b"".join(pieces)


def _unpacked(body: bytes, encoding: str, max_bytes: int) -> bytes:
    """The body without gzip, never more than `max_bytes`; what can't be unpacked is nothing."""
    if encoding.strip().lower() in ("", "identity"):
        return body
    if encoding.strip().lower() not in ("gzip", "x-gzip"):
        return b""
    try:
        return zlib.decompressobj(wbits=31).decompress(body, max_bytes)
    except zlib.error:
        return b""


def _decoded(value: str) -> str:
    """A header's value; servers write UTF-8 where the standard library reads Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


# --- the connection --------------------------------------------------------------------------------------


def _connected(target: Target, manner: Manner, deadline: float) -> _Line:
    """A connection to the first of the judged addresses that takes one."""
    why = f"{target.host} takes no connection."
    for ip in target.ips[:TRIES]:
        try:
            return _Line(_opened(ip, target, manner, deadline), deadline, manner.max_bytes + HEAD_MAX)
        except ssl.SSLCertVerificationError as error:
            why = f"The certificate of {target.host} can't be trusted ({error.verify_message})."
        except ssl.SSLError:
            why = f"{target.host} speaks no TLS that can be used."
        except TimeoutError:
            raise LookError(f"{target.host} took no connection within {manner.timeout:g} seconds.") from None
        except (OSError, ValueError):
            continue
    raise LookError(why)


def _opened(ip: str, target: Target, manner: Manner, deadline: float) -> socket.socket:
    raw = socket.create_connection((ip, target.port), timeout=_left(deadline))
    try:
        if target.scheme == "http":
            return raw
        raw.settimeout(_left(deadline))
        return (manner.tls or trusted()).wrap_socket(raw, server_hostname=target.host)
    except BaseException:
        raw.close()
        raise


def _left(deadline: float) -> float:
    """Seconds until the deadline. Raises TimeoutError when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Line:
    """A socket as the HTTP client uses it, with one deadline for all of it and a limit to what comes in."""

    def __init__(self, sock: socket.socket, deadline: float, limit: int) -> None:
        self._sock, self._deadline, self._limit = sock, deadline, limit

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(_left(self._deadline))
        self._sock.sendall(data)

    def makefile(self, *args: Any, **kwargs: Any) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._sock, self._deadline, self._limit))

    def close(self) -> None:
        """Nothing: the client says so when it has sent its question, before it reads the answer's body."""

    def hang_up(self) -> None:
        self._sock.close()


class _Incoming(io.RawIOBase):
    """What comes in: each wait ends with the deadline, however little comes at a time."""

    def __init__(self, sock: socket.socket, deadline: float, limit: int) -> None:
        self._sock, self._deadline, self._left = sock, deadline, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._left)
        if not wanted:
            return 0  # as if the server had ended; to a socket, 0 bytes would mean as many as fit
        self._sock.settimeout(_left(self._deadline))
        count = self._sock.recv_into(buffer, wanted)
        self._left -= count
        return count
