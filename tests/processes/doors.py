"""A proxy that ends HTTPS before a site, and people who go through it."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from tests.services.front import CADDY, NGINX, Front, Habits, make_certificate, running_front
from tests.services.site import NewSite, Server, Site

NAME = "chat.example.org"
URL = f"https://{NAME}"
HABITS = pytest.mark.parametrize("habits", [CADDY, NGINX], ids=["caddy", "nginx"])


@dataclass(frozen=True)
class Door:
    """A proxy before a site, and how to go through it."""

    site: Site
    server: Server
    front: Front
    trusted: Path

    def browser(self, **headers: str) -> httpx.Client:
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.front.port}",
            headers={"Host": NAME, **headers},
            verify=ssl.create_default_context(cafile=str(self.trusted)),
            trust_env=False,
            timeout=30,
        )

    async def socket(self, origin: str, cookies: dict[str, str]) -> ClientConnection:
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return await connect(
            f"wss://{NAME}/ws/",
            host="127.0.0.1",
            port=self.front.port,
            ssl=ssl.create_default_context(cafile=str(self.trusted)),
            origin=Origin(origin),
            additional_headers={"Cookie": cookie},
            proxy=None,
        )

    def doctor(self, **settings: str) -> dict[tuple[str, str], str]:
        """The sentences of `manage.py doctor`, by check and grade."""
        site = replace(self.site, settings={**self.site.settings, "SSL_CERT_FILE": str(self.trusted), **settings})
        done = site.manage("doctor", "--json", "--connect-to", f"127.0.0.1:{self.front.port}", check=False)
        assert "Traceback" not in done.stderr
        findings: list[dict[str, str]] = json.loads(done.stdout)
        assert done.returncode == int(any(finding["grade"] == "problem" for finding in findings))
        return {(finding["check"], finding["grade"]): finding["sentence"] for finding in findings}


@contextmanager
def behind(new_site: NewSite, habits: Habits, kind: str = "daphne", **settings: str) -> Iterator[Door]:
    settings = {"SITE_URL": URL, "TRUSTED_PROXIES": "1"} | settings
    with new_site(**settings) as site, site.serve(kind) as server:
        certificate = make_certificate(site.folder, NAME)
        with running_front(Front(server.port, habits, certificate)) as front:
            yield Door(site, server, front, certificate)


@contextmanager
def another(door: Door, habits: Habits = CADDY, **fields: Any) -> Iterator[Door]:
    """The same site by a proxy of other habits."""
    front = Front(**{"upstream": door.server.port, "habits": habits, "certificate": door.trusted, **fields})
    with running_front(front):
        yield replace(door, front=front)
