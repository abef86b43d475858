"""A real server on this machine for the tests of links, with one page for each way in which a site can behave."""

import gzip
import socket
import ssl
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from editorial.link_looking.fetch import Manner
from editorial.link_looking.guard import Guard
from editorial.link_looking.looking import Looker
from editorial.link_looking.pace import Pace

PAGE = "<!doctype html><html><head><title>{}</title></head><body>words</body></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}


class Site:
    """`pages`: path -> (code, headers, body) or a function that writes to a handler. `asked`: (host, path) of each
    question in order; `headers`: those of the last one. Pages that are not there are answered with 404."""

    def __init__(self, tls=None):
        self.pages = {}
        self.asked = []
        self.headers = {}
        self.busiest = Counter()
        site, lock, at_once = self, threading.Lock(), Counter()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                host = self.headers["Host"].partition(":")[0]
                with lock:
                    site.asked.append((host, self.path))
                    site.headers = dict(self.headers)
                    at_once[host] += 1
                    site.busiest[host] = max(site.busiest[host], at_once[host])
                self.waiting_host = host
                page = site.pages.get(self.path, (404, HTML, b""))
                try:
                    site.answer(self, page)
                except OSError:
                    pass  # whoever asked has gone
                finally:
                    self.is_answered()

            def is_answered(self):
                """Whoever asked may ask again: said before the answer goes out, as they may be faster than this."""
                with lock:
                    if self.waiting_host:
                        at_once[self.waiting_host] -= 1
                        self.waiting_host = ""

            def log_message(self, *args):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # a client that goes away is what some tests are about

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.scheme = "https" if tls else "http"
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def answer(self, handler, page):
        if callable(page):
            page(handler)
            return
        code, headers, body = page
        handler.is_answered()
        handler.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def at(self, path, host="site.test"):
        return f"{self.scheme}://{host}:{self.port}{path}"

    def page(self, path, title="", *, code=200, **headers):
        self.pages[path] = (code, {**HTML, **headers}, PAGE.format(title).encode())

    def redirect(self, path, to, code=301):
        self.pages[path] = (code, {"Location": to}, b"")

    @property
    def paths(self):
        """What was asked for besides robots.txt."""
        return [path for _, path in self.asked if path != "/robots.txt"]


def resolves_here(host, port):
    """A resolver that knows all hosts under .test, each on this machine, and no other."""
    if host.endswith(".test"):
        return ["127.0.0.1"]
    if ":" in host or host.replace(".", "").isdigit():
        return [host]
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def opened(site, *, resolve=resolves_here):
    """The guard, opened for this machine and the site's port: by parameters, and for this one object."""
    return Guard(ports=frozenset({site.port, 80}), is_allowed=lambda ip: str(ip) == "127.0.0.1", resolve=resolve)


def looker(site, *, guard=None, timeout=5.0, max_bytes=20_000, delay=0.0, tls=None, archive=""):
    manner = Manner("DigestLinkLook/1.0 (+http://testserver)", timeout, max_bytes, tls)
    return Looker(manner, Pace(delay), guard or opened(site), archive)


def drip(piece, *, times=10_000, pause=0.05, sent=None):
    """A page that never ends: head first, then a piece at a time; each goes into `sent`."""

    def page(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        for _ in range(times):
            handler.wfile.write(piece)
            if sent is not None:
                sent.append(piece)
            time.sleep(pause)

    return page


def raw(data, *, times=1, pause=0.0):
    """An answer byte for byte, whatever it is."""

    def page(handler):
        for _ in range(times):
            handler.wfile.write(data)
            handler.wfile.flush()
            time.sleep(pause)
        handler.close_connection = True

    return page


def bomb(size):
    """So many bytes of blanks after a title, packed."""
    return gzip.compress(PAGE.format("A bomb").encode() + b" " * size)


def tls_context(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
