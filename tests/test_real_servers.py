"""Whatever comes over the wire to a real server, well-formed or not: an answer below 500, or none at all."""

import random
import re

import pytest

from .publications import published
from .servers import database_url, serving

pytestmark = pytest.mark.django_db(transaction=True)
END = b"Host: 127.0.0.1\r\nConnection: close\r\n\r\n"
TARGETS = [
    *(b"/", b"/%", b"/%zz", b"/%00", b"/%ff%fe", b"/\xff", b"/articles/%00/", b"/articles/%ff/", b"/tags/\xc5\xbc/"),
    *(b"/a b", b"*", b"", b"//evil.example.org/", b"/\\evil", b"http://evil.example.org/", b"/#x", b"/;x=1", b"/en//"),
    *(b"/../../etc/passwd", b"/static/../manage.py", b"/static/%2e%2e/%2e%2e/etc/passwd", b"/static/%00", b"/static/"),
    *(b"/static/" + b"a" * 5_000, b"/articles/" + b"a" * 5_000 + b"/", b"/?" + b"a" * 60_000, b"/" + b"a/" * 30_000),
    *(b"/search/?q=\xff", b"/search/?q=%ff%00", b"/search/?q=%ED%A0%80", b"/search/?q=" + b"%F0%9F%90%A2" * 300),
    *(
        b"/search/?page=" + b"9" * 3_000,
        b"/sitemap-" + b"9" * 12 + b".xml",
        b"/archive/9999/12/",
        b"/?before=" + b"9" * 99,
    ),
    *(b"/tags/a%2Fb/", b"/articles/%0d%0aSet-Cookie:%20a=b/", b"/preview/%ff/", b"/admin/login/?next=%ff"),
]
HEADERS = [
    *(
        b"Host: \xff",
        b"Host: evil.example.org",
        b"Host:",
        b"Host: [::1",
        b"Host: 127.0.0.1:99999",
        b"Host: " + b"a" * 3_000,
    ),
    *(
        b"If-None-Match: \xff\x01",
        b"If-Modified-Since: Thu, 99 Foo 99999999999",
        b"Range: bytes=0-0,9-",
        b"Expect: 100-continue",
    ),
    *(
        b"Cookie: sessionid=\xff; csrftoken=a",
        b"Accept-Encoding: \xff;q=zz",
        b"Content-Length: -1",
        b"Upgrade: websocket",
    ),
    *(
        b"Content-Length: " + b"9" * 20,
        b"Transfer-Encoding: chunked",
        b"X-Big: " + b"a" * 100_000,
        b"no colon",
        b"\xff: 1",
    ),
    *(
        b"X-Forwarded-For: \xff, 1.2.3.4",
        b"X-Forwarded-Proto: \xff",
        b"Content-Type: multipart/form-data; boundary=\xff",
    ),
    *(b"A: b\r\n c", b"A: \x00", b"A: b\rSet-Cookie: x=y", b"X-Forwarded-Host: evil.example.org"),
]
METHODS = [b"POST", b"HEAD", b"OPTIONS", b"TRACE", b"CONNECT", b"BREW", b"get", b"\xff", b"G" * 300, b""]
WHOLE = [
    *(
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    ),
    *(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\r\n\r\n", b"\x00" * 100),
]
SEED = "herons"


def requests():
    """Every oddity by itself, then some of them changed at random, the same in each run."""
    odd = [b"GET %s HTTP/1.1\r\n%s" % (target, END) for target in TARGETS]
    odd += [b"GET /search/?q=a HTTP/1.1\r\n%s\r\n%s" % (header, END) for header in HEADERS]
    odd += [b"%s / HTTP/1.1\r\n%s" % (method, END) for method in METHODS]
    yield from odd + WHOLE
    chance = random.Random(SEED)  # noqa: S311  no secret
    for request in chance.choices([each for each in odd if len(each) < 300], k=80):
        changed = bytearray(request)
        for _ in range(chance.randint(1, 4)):
            changed[chance.randrange(len(changed) - 4)] = chance.randrange(256)
        yield bytes(changed)


@pytest.mark.parametrize("kind", ["granian", "gunicorn"])
def test_no_bytes_whatever_make_a_server_fail(kind, tmp_path):
    published()
    with serving(kind, url=database_url(tmp_path)) as server:
        for request in requests():
            answer = server.raw(request, wait=1)
            status = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
            assert status is None or int(status[1]) < 500, (request[:200], answer[:200])
            if status is None or int(status[1]) < 400:
                assert b"evil" not in answer, (request[:200], answer[:200])
        assert server.get("/articles/herons-return/").status == 200
