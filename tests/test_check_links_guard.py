"""Only machines on the public internet are asked, whatever an address looks like and whatever its name leads to."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.link_looking.guard import Guard, LookError, Target, UnknownHost, UnsafeAddress, is_public, read


def answering(*ips):
    return Guard(resolve=lambda host, port: list(ips))


PUBLIC = ["93.184.216.34", "2606:4700::6810:84e5", "64:ff9b::93.184.216.34"]
CLOSED = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),  # noqa: S104
    *("169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1"),
    *("198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:93.184.216.34", "fe80::1", "fec0::1"),
    *("fc00::1", "fd12:3456::1", "ff02::1", "100::1", "2001:db8::1", "2001:10::1", "3fff::1", "5f00::1"),
    *("2002:7f00:1::1", "2002:c0a8:101::1", "2001:0:7f00:1::1", "2001:0:53aa:64c:0:fbee:80ff:fffe"),
    *("64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::93.184.216.34"),
    *("2606:4700::5efe:127.0.0.1", "2606:4700::200:5efe:10.0.0.1", "4000::1", "e000::1"),
]


@pytest.mark.parametrize("ip", PUBLIC)
def test_a_public_machine_is_asked(ip):
    assert answering(ip).target("https://example.org/a?b=c") == Target("https", "example.org", 443, "/a?b=c", (ip,))


@pytest.mark.parametrize("ip", CLOSED)
def test_a_machine_that_is_not_on_the_public_internet_is_never_asked(ip):
    with pytest.raises(UnsafeAddress, match="not on the public internet"):
        answering(ip).target("https://example.org/")


@pytest.mark.parametrize("ip", CLOSED)
def test_one_closed_address_among_public_ones_closes_the_name(ip):
    with pytest.raises(UnsafeAddress):
        answering(PUBLIC[0], PUBLIC[1], ip).target("https://example.org/")


@pytest.mark.parametrize("ip", ["fe80::1%eth0", "no address", "", "1.2.3", "1.2.3.4.5", "0x7f000001"])
def test_what_a_resolver_says_that_is_no_public_address_is_refused(ip):
    with pytest.raises(UnsafeAddress):
        answering(ip).target("https://example.org/")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:7f00:1]", "0", "localhost"]
)
def test_every_spelling_of_this_machine_is_refused(host):
    with pytest.raises(LookError):
        Guard().target(f"http://{host}/")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ftp://example.org/", "Only http and https"),
        ("file:///etc/passwd", "Only http and https"),
        ("gopher://example.org/", "Only http and https"),
        ("//example.org/", "Only http and https"),
        ("example.org", "Only http and https"),
        ("", "Only http and https"),
        ("http://user@example.org/", "name or a password"),
        ("http://user:word@example.org/", "name or a password"),
        ("http://@example.org/", "name or a password"),
        ("http://example.org:22/", "port 22"),
        ("https://example.org:8443/", "port 8443"),
        ("http://example.org:0/", "port 0"),
        ("http://example.org:99999/", "no web address"),
        ("http://example.org:http/", "no web address"),
        ("http://[::1", "no web address"),
        ("http://[fe80::1%25eth0]/", "host"),
        ("http:///path", "no name"),
        ("http://exa..mple.org/", "no name"),
        ("http://-/", "no name"),
        ("http://example.org\\@127.0.0.1/", "backslash"),
        ("http://example.org/a b", "blank"),
        ("http://example.org/\r\nX: y", "control character"),
        ("http://example.org/\x00", "control character"),
        ("http://" + "a." * 200 + "org/", "no name"),
        ("http://example.org/" + "a" * 4000, "4000 characters"),
    ],
)
def test_what_is_no_plain_web_address_is_refused_with_a_sentence(address, why):
    with pytest.raises(UnsafeAddress, match=why):
        answering(PUBLIC[0]).target(address)


def test_a_port_is_asked_where_the_operator_allows_it():
    guard = Guard(ports=frozenset({8443}), resolve=lambda host, port: PUBLIC[:1])
    target = guard.target("https://example.org:8443/x")
    assert (target.port, target.site) == (8443, "https://example.org:8443")


def test_names_and_paths_in_other_scripts_are_asked_for_in_ascii():
    target = answering(PUBLIC[0]).target("HTTPS://Żółw.Example.ORG./ścieżka?q=ż%20&r=[1]#część")
    assert target.host == "xn--w-uga1v8h.example.org"
    assert target.path == "/%C5%9Bcie%C5%BCka?q=%C5%BC%20&r=[1]"


def test_an_unknown_host_is_told_from_names_that_could_not_be_looked_up():
    def failing(code):
        def resolve(host, port):
            raise socket.gaierror(code, "why")

        return Guard(resolve=resolve)

    with pytest.raises(UnknownHost):
        failing(socket.EAI_NONAME).target("https://example.org/")
    with pytest.raises(LookError) as caught:
        failing(socket.EAI_AGAIN).target("https://example.org/")
    assert not isinstance(caught.value, UnknownHost)
    with pytest.raises(UnknownHost):
        answering().target("https://example.org/")


def test_the_name_is_resolved_once_and_the_target_holds_what_was_judged():
    asked = []

    def rebinding(host, port):
        asked.append(host)
        return PUBLIC[:1] if len(asked) == 1 else ["127.0.0.1"]

    target = Guard(resolve=rebinding).target("https://example.org/")
    assert (target.ips, asked) == ((PUBLIC[0],), ["example.org"])


@given(st.ip_addresses(v=4))
def test_no_closed_ipv4_address_gets_through_in_any_wrapping(ip):
    wrapped = [
        ipaddress.IPv6Address((0xFFFF << 32) | int(ip)),
        ipaddress.IPv6Address(int(ip)),
        ipaddress.IPv6Address((0x2002 << 112) | (int(ip) << 80) | 1),
        ipaddress.IPv6Address((0x20010000 << 96) | (int(ip) << 64) | (int(ip) ^ 0xFFFFFFFF)),
        ipaddress.IPv6Address((0x0064FF9B0001 << 80) | int(ip)),
        ipaddress.IPv6Address((0x26064700 << 96) | (0x5EFE << 32) | int(ip)),
    ]
    assert not any(map(is_public, wrapped))
    assert is_public(ipaddress.IPv6Address((0x0064FF9B << 96) | int(ip))) is is_public(ip)
    if is_public(ip):
        assert not (ip.is_private or ip.is_loopback or ip.is_multicast or ip.is_link_local or ip.is_reserved)


@given(st.ip_addresses(v=6))
def test_no_special_ipv6_address_gets_through(ip):
    if is_public(ip) and ip not in ipaddress.IPv6Network("64:ff9b::/96"):
        assert not (ip.is_private or ip.is_loopback or ip.is_multicast or ip.is_link_local or ip.is_site_local)
        assert ip.ipv4_mapped is None and ip.sixtofour is None and ip.teredo is None


WILD = st.one_of(
    st.text(max_size=60),
    st.builds("http://{}".format, st.text(max_size=40)),
    st.builds(
        "https://{}:{}/{}".format, st.text(max_size=12), st.text("0123456789-:", max_size=6), st.text(max_size=12)
    ),
    st.builds("http://[{}]/".format, st.text("0123456789abcdef:.%v", max_size=20)),
)


@given(WILD)
def test_no_address_raises_anything_but_a_sentence(address):
    try:
        target = answering(PUBLIC[0]).target(address)
    except LookError as error:
        assert str(error)[-1] == "."
    else:
        assert target.host.isascii() and target.path.isascii() and target.path.startswith("/")
        again = read(target.address)
        assert (again.host, again.port, again.path) == (target.host, target.port, target.path)
