"""What `manage.py doctor` says of proxies, certificates and whoever else answers at the address of a site."""

import re
from dataclasses import replace

import pytest

from tests.processes.doors import HABITS, NAME, URL, Door, another, behind
from tests.services.front import CADDY, INNER, NGINX, PLAIN_NGINX, Habits, make_certificate
from tests.services.programs import free_port
from tests.services.site import NewSite


@HABITS
def test_nothing_is_wrong(door: Door, habits: Habits) -> None:
    with another(door, habits) as way:
        found = way.doctor()
    assert [key for key in found if key[1] == "problem"] == [], found
    assert {("address", "ok"), ("certificate", "ok"), ("proxy", "ok"), ("sockets", "ok")} <= found.keys()
    assert "with 1 proxy before it" in found["proxy", "ok"]


@pytest.mark.parametrize(
    ("habits", "check", "sentence"),
    [
        (PLAIN_NGINX, "proxy", "too many, because no proxy adds"),
        (replace(CADDY, keeps_host=False), "proxy", "asked for 127.0.0.1:.* let the proxy pass the Host on"),
        (replace(CADDY, tells_scheme=False), "proxy", "X-Forwarded-Proto is missing"),
        (replace(CADDY, drops=frozenset({"origin"})), "proxy", "Origin .* arrives as nothing"),
        (replace(CADDY, upgrades=False), "sockets", "let it send Upgrade"),
    ],
)
def test_what_a_proxy_does_wrong(door: Door, habits: Habits, check: str, sentence: str) -> None:
    with another(door, habits) as way:
        found = way.doctor()
    assert re.search(sentence, found[check, "problem"]), found


def answering(status: str, *headers: str, body: str = "") -> Habits:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", body]
    return Habits(answer="\r\n".join(lines))


@pytest.mark.parametrize(
    ("habits", "sentence"),
    [
        (answering("200 OK", body="Welcome to nginx!"), "Another server than this site answers"),
        (answering("308 P", "Location: https://www.example.org/healthz"), "set SITE_URL=https://www.example.org"),
        (answering("302 F", "Location: /login"), "pass every path on unchanged"),
        (answering("401 U"), "asks for a password of its own"),
        (Habits(answer="SSH-2.0-OpenSSH_9.2\r\n"), "makes no sense"),
    ],
)
def test_what_is_no_site(door: Door, habits: Habits, sentence: str) -> None:
    with another(door, habits) as way:
        assert sentence in way.doctor()["address", "problem"]


def test_nobody_is_there(door: Door) -> None:
    with another(door, upstream=free_port()) as way:
        assert "reaches no process of the site (it answers 502)" in way.doctor()["address", "problem"]
    assert "Nobody listens at" in way.doctor()["address", "problem"]
    with another(door, certificate=None) as way:
        assert "its port speaks plain HTTP" in way.doctor()["address", "problem"]


def test_settings_that_differ_from_those_of_the_process(door: Door) -> None:
    assert "another SECRET_KEY" in door.doctor(SECRET_KEY="another" * 8)["address", "problem"]
    named = door.doctor(SITE_URL=f"{URL}:8443")
    assert f"was started with SITE_URL={URL}" in named["address", "problem"]


def test_a_site_url_without_https(door: Door) -> None:
    """Where the proxy speaks HTTPS alone, and where it leads on to it."""
    plain = f"http://{NAME}"
    found = door.doctor(SITE_URL=plain)
    assert "https://" in found["address", "problem"]
    assert "let the proxy serve HTTPS" in found["address", "warning"]
    with another(door, answering("308 P", f"Location: {URL}/healthz"), certificate=None) as way:
        assert f"set SITE_URL={URL}" in way.doctor(SITE_URL=plain)["address", "problem"]


@pytest.mark.parametrize(
    ("name", "days", "sentence"),
    [
        ("elsewhere.example.org", (-1, 90), "for another name"),
        (NAME, (-91, -1), "has expired"),
        (NAME, (1, 90), "not valid yet"),
    ],
)
def test_certificates_that_browsers_refuse(
    door: Door, name: str, days: tuple[float, float], sentence: str
) -> None:
    certificate = make_certificate(door.site.folder, name, days=days)
    with another(door, certificate=certificate) as way:
        found = replace(way, trusted=certificate).doctor()
    assert sentence in found["certificate", "problem"]
    assert ("proxy", "ok") in found, "the rest is looked at all the same"


def test_certificates_that_nobody_knows_or_that_end_soon(door: Door) -> None:
    ending = make_certificate(door.site.folder, NAME, days=(-80, 10))
    with another(door, certificate=ending) as way:
        assert "signed by itself" in way.doctor()["certificate", "problem"]
        assert "ends in 10 days" in replace(way, trusted=ending).doctor()["certificate", "warning"]


def test_another_number_of_proxies_than_there_are(new_site: NewSite) -> None:
    with behind(new_site, CADDY, TRUSTED_PROXIES="0") as door, another(door, NGINX) as way:
        for each in (door, way):
            assert re.search("too few, .* set TRUSTED_PROXIES=1", each.doctor()["proxy", "problem"])
    with behind(new_site, CADDY, TRUSTED_PROXIES="2") as door, another(door, NGINX) as way:
        few = door.doctor()["proxy", "problem"]
        assert re.search("too many, .* nobody can sign in: set TRUSTED_PROXIES=1", few)
        many = way.doctor()["proxy", "problem"]
        assert re.search("too many, .* from any address: set TRUSTED_PROXIES=1", many)
        with another(door, INNER, certificate=None) as inner, another(door, upstream=inner.front.port) as outer:
            assert "with 2 proxies before it" in outer.doctor()["proxy", "ok"]


def test_https_that_ends_before_the_last_proxy(new_site: NewSite) -> None:
    with behind(new_site, INNER, SITE_URL=f"http://{NAME}") as door:
        with another(door, certificate=None) as way:
            assert ("proxy", "ok") in way.doctor(), "the premise"
        with another(door, replace(CADDY, says="https"), certificate=None) as way:
            assert f"set SITE_URL={URL}" in way.doctor()["proxy", "problem"]
