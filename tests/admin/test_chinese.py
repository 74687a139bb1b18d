"""The desk in Chinese says nothing in English, but for what people called themselves and wrote."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from chat.actions.moderation import accounts, noting, rules
from chat.actions.moderation.record import Actor
from chat.admin import desk
from chat.models import Invite, Room, User
from tests.admin.desk import act, client_of, page
from tests.moderation.reported import case_of, posted

pytestmark = pytest.mark.django_db

NAMES = {"Alice", "Bob", "Charlie", "Dora", "General", "alice", "bob", "charlie", "dora", "example", "org"}
# What Django itself has not translated, and says mostly to screen readers; what is data, or a word of a format.
OTHERS = re.compile(
    "Model name|Add link|Change or view list link|True|False|None|Search|CSV|JSON|API|URL|zh-hans|UTC|English"
    r"|\{.*\}|\b((?:mute|ban) of|report|message|invite|note about|word rule) \d+"
    r"|\w+ at [\d-]+ [\d:]+",
    re.DOTALL,
)
HIDDEN = ("script", "style", "template", "head")


class Words(HTMLParser):
    """What a page shows, and says to those who hear it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in HIDDEN
        spoken = ("title", "placeholder", "aria-label", "alt")
        self.found += [value for name, value in attrs if value and name in spoken]
        given = dict(attrs)
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.found.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in HIDDEN

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)


def english(text: str) -> set[str]:
    reader = Words()
    reader.feed(text)
    parts = (OTHERS.sub("", part) for part in reader.found)
    return {word for part in parts for word in re.findall("[A-Za-z]{2,}", part)} - NAMES


@pytest.fixture
def chinese(dora: User, alice: User) -> Client:
    User.objects.filter(pk__in=[dora.pk, alice.pk]).update(language="zh-hans")
    return client_of(alice)


def test_no_page_of_the_desk_speaks_english(
    chinese: Client, alice: User, bob: User, charlie: User, dora: User, general: Room
) -> None:
    case_of(posted(bob, general, "词"), charlie)
    by = Actor(alice)
    noting.note(by=by, person_id=bob.pk, text="词")
    rules.add_rule(by=by, pattern="词", mode="flag", room_id=None)
    Invite.objects.create(created_by=bob)
    act(chinese, "user", "mute", bob.pk, minutes="60", reason="词")
    accounts.deactivate(by=by, person_id=charlie.pk, reason="词")
    found = {}
    for model, admin in desk._registry.items():
        name = model._meta.model_name
        addresses = [f"chat/{name}/", *(f"chat/{name}/{row.pk}/change/" for row in model._default_manager.all())]
        if hasattr(admin, "acts"):
            key = model._default_manager.earliest("pk").pk
            addresses += [f"chat/{name}/act/{each.name}/?ids={key}" for each in admin.acts]
        for address in ("", *addresses):
            if words := english(page(chinese, address)):
                found[address] = words
    assert found == {}
