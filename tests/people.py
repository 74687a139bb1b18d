"""People of a running site, as a test over real sockets holds them: an id, a name, cookies."""

from dataclasses import dataclass
from uuid import uuid4

import httpx

from tests import cast
from tests.services.site import Site


@dataclass(frozen=True, eq=False)
class Person:
    site: Site
    id: int
    username: str
    cookies: dict[str, str]

    def http(self, url: str = "") -> httpx.Client:
        """A signed-in HTTP client that sends what a page of the site would: cookies, origin, CSRF token.

        `url` names another process of the same site.
        """
        return httpx.Client(
            base_url=url or self.site.url,
            cookies=self.cookies,
            headers={
                "Origin": self.site.url,
                "Referer": f"{self.site.url}/",
                "X-CSRFToken": self.cookies["csrftoken"],
            },
            timeout=30,
            trust_env=False,
        )

    def in_another_session(self) -> "Person":
        return Person(self.site, self.id, self.username, self.site.call(cast.session_on_site, self.id))


@dataclass(frozen=True)
class Company:
    """Alice (owner of the site), Bob (member) and Charlie (outsider), and the public room Alice and Bob are in."""

    alice: Person
    bob: Person
    charlie: Person
    general: int


def add_person(site: Site, username: str, *, owner: bool = False) -> Person:
    return Person(site, **site.call(cast.person_on_site, username, owner))


def add_room(site: Site, name: str = "Room", kind: str = "public", *, members: dict[Person, str]) -> int:
    """A new room with members and their roles (`owner`, `moderator`, `member`); returns its id."""
    roles = [(person.id, role) for person, role in members.items()]
    room: int = site.call(cast.room_on_site, name, kind, roles)
    return room


def gather(site: Site) -> Company:
    """A fresh company with a room of its own. Their names end in a random part: tests share a site."""
    run = uuid4().hex[:8]
    alice = add_person(site, f"alice-{run}", owner=True)
    bob = add_person(site, f"bob-{run}")
    charlie = add_person(site, f"charlie-{run}")
    return Company(alice, bob, charlie, add_room(site, "General", members={alice: "owner", bob: "member"}))
