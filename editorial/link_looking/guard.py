"""Which addresses may be asked at all. The name is resolved once, every answer is judged, and a connection goes to one
of the judged answers, so that a name which answers differently the next time changes nothing. No Django, no database.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urlsplit

from ..checks.looks import Result

ADDRESS_MAX = 4_000  # characters; servers seldom take more than 8,000
PORTS = {"http": 80, "https": 443}
# What is not the public internet, by the IANA special-purpose registries for IPv4 and IPv6, with multicast and the
# tunnels that wrap an IPv4 address (6to4, Teredo) or reach it by a translator of one's own network.
_CLOSED_4 = [
    IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
]
_OPEN_6 = IPv6Network("2000::/3")  # all global unicast there is; loopback, ::ffff:, fc00::, fe80::, ff00:: lie outside
_CLOSED_6 = [
    IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]
_TRANSLATED = IPv6Network("64:ff9b::/96")  # NAT64: how a network without IPv4 reaches public IPv4 (RFC 6052)
_ISATAP = (0x00005EFE, 0x02005EFE)  # marks an IPv4 address in the last half of an IPv6 one (RFC 5214)
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?\.?")
_BLANK = re.compile(r"[\x00-\x20\x7f\\]")

Resolve = Callable[[str, int], list[str]]


class LookError(Exception):
    """Why an address gives no answer, as a sentence; `result` is what to make of it."""

    result = Result.SILENT


class UnsafeAddress(LookError):
    """The address is not one to ask: no web address, another port, or a machine that is not on the public internet."""

    result = Result.UNSAFE


class UnknownHost(LookError):
    """The name of the host has no address."""

    result = Result.NO_HOST


@dataclass(frozen=True, slots=True)
class Target:
    """An address ready to be asked: `ips` were judged, one of them is what to connect to. `path` has the query too;
    host and path are ASCII."""

    scheme: str
    host: str
    port: int
    path: str
    ips: tuple[str, ...] = ()

    @property
    def site(self) -> str:
        """Scheme, host and port, as they stand before a path; the port only where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == PORTS[self.scheme] else f":{self.port}")

    @property
    def address(self) -> str:
        return self.site + self.path


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Whether an address is on the public internet, whatever it is wrapped in."""
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _CLOSED_4)
    if ip in _TRANSLATED:
        return is_public(IPv4Address(int(ip) & 0xFFFFFFFF))
    is_isatap = (int(ip) >> 32) & 0xFFFFFFFF in _ISATAP
    return ip in _OPEN_6 and not is_isatap and not any(ip in network for network in _CLOSED_6)


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, by the system's resolver. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class Guard:
    """Judges addresses. `is_allowed` and `resolve` are parameters so that tests can ask a server of their own."""

    ports: frozenset[int] = field(default_factory=lambda: frozenset(PORTS.values()))
    is_allowed: Callable[[IPv4Address | IPv6Address], bool] = is_public
    resolve: Resolve = resolve

    def target(self, address: str) -> Target:
        """The address, resolved and judged. Raises UnsafeAddress, UnknownHost or LookError; nothing else, whatever
        the address is."""
        target = read(address)
        if target.port not in self.ports:
            allowed = ", ".join(map(str, sorted(self.ports)))
            raise UnsafeAddress(f"The address names port {target.port}; only {allowed} are asked.")
        ips = self._resolved(target)
        for ip in ips:
            if not self._is_allowed(ip):
                raise UnsafeAddress(f"{target.host} leads to {ip}, which is not on the public internet.")
        return Target(target.scheme, target.host, target.port, target.path, tuple(ips))

    def _resolved(self, target: Target) -> list[str]:
        try:
            ips = self.resolve(target.host, target.port)
        except socket.gaierror as error:
            if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
                raise UnknownHost(f"There is no host named {target.host}.") from None
            raise LookError(f"The name {target.host} could not be looked up just now.") from None
        except (OSError, UnicodeError):
            raise LookError(f"The name {target.host} could not be looked up just now.") from None
        if not ips:
            raise UnknownHost(f"There is no host named {target.host}.")
        return ips

    def _is_allowed(self, ip: str) -> bool:
        try:
            return self.is_allowed(ip_address(ip.partition("%")[0]))
        except ValueError:
            return False


def read(address: str) -> Target:
    """The parts of a web address, not resolved yet. Raises UnsafeAddress for everything else."""
    if len(address) > ADDRESS_MAX:
        raise UnsafeAddress(f"The address has more than {ADDRESS_MAX} characters.")
    if _BLANK.search(address):
        raise UnsafeAddress("The address holds a blank, a backslash or a control character.")
    try:
        parts = urlsplit(address)
        scheme, name, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:
        raise UnsafeAddress("This is no web address.") from None
    if scheme not in PORTS:
        raise UnsafeAddress("Only http and https addresses are asked.")
    if parts.username is not None or parts.password is not None:
        raise UnsafeAddress("The address holds a name or a password.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme, _host(name), PORTS[scheme] if port is None else port, _quoted(path))


def _host(name: str) -> str:
    """The host as it is asked for: small letters, ASCII."""
    if ":" in name:
        try:
            ip = IPv6Address(name)
        except ValueError:
            raise UnsafeAddress("The host is no address of the internet.") from None
        if ip.scope_id:
            raise UnsafeAddress("The host is an address of one network only.")
        return str(ip)
    try:
        ascii_name = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        raise UnsafeAddress("The host is no name.") from None
    if not _HOST.fullmatch(ascii_name.lower()) or ".." in ascii_name:
        raise UnsafeAddress("The host is no name.")
    return ascii_name.lower().rstrip(".")


def _quoted(path: str) -> str:
    """The path with what is not ASCII as UTF-8 in percents; what is quoted already stays."""
    return quote(path, safe="/%?:@!$&'()*+,;=~-._[]|^{}", errors="replace")
