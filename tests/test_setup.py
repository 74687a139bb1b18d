"""The first visit: who may make the owner's account, and that only one person does."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from chat.actions import setup
from chat.errors import Refused
from chat.models import Membership, Room, Site, User
from tests.together import meet_before_the_transaction

pytestmark = pytest.mark.django_db

FORM = {
    "username": "ada",
    "email": "ada@example.org",
    "password1": "eels swim upstream",
    "password2": "eels swim upstream",
}


def test_the_first_visit_leads_to_setup(client: Client) -> None:
    for path in ("/", "/accounts/login/"):
        assert client.get(path).headers["Location"] == "/setup/"


def test_four_fields_make_the_owner_and_the_lobby_and_sign_in(client: Client) -> None:
    answer = client.post("/setup/", FORM)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    owner = User.objects.get()
    assert owner.username == "ada"
    assert owner.is_staff
    assert owner.is_superuser
    lobby = Site.load().lobby
    assert lobby is not None
    assert (lobby.name, lobby.kind) == ("General", Room.Kind.PUBLIC)
    assert Membership.objects.get().role == Membership.Role.OWNER
    assert client.get("/").headers["Location"] == f"/rooms/{lobby.pk}/"


def test_the_site_and_the_owner_may_be_named(client: Client) -> None:
    client.post("/setup/", FORM | {"site_name": "Estuary", "name": "Ada Okafor"})
    assert Site.load().name == "Estuary"
    assert User.objects.get().display_name == "Ada Okafor"


def test_the_page_is_gone_once_there_is_an_account(client: Client) -> None:
    assert client.get("/setup/").status_code == 200
    client.post("/setup/", FORM)
    assert client.get("/setup/").status_code == 404
    assert client.post("/setup/", FORM | {"username": "eve", "email": "eve@example.org"}).status_code == 404
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "a b"}, "username"),
        ({"username": "room"}, "username"),
        ({"email": "nowhere"}, "email"),
        ({"password1": "short", "password2": "short"}, "password1"),
        ({"password2": "eels swim downstream"}, "password2"),
        ({"username": ""}, "username"),
    ],
)
def test_a_field_that_does_not_fit_is_explained_next_to_it(
    client: Client, change: dict[str, str], field: str
) -> None:
    answer = client.post("/setup/", FORM | change)
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {field}
    assert f'aria-describedby="id_{field}' in answer.content.decode()
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not User.objects.exists()


def test_elsewhere_than_on_this_machine_it_asks_for_the_servers_code(client: Client, settings: Settings) -> None:
    settings.SITE_IS_LOOPBACK = False
    for wrong in ({}, {"code": ""}, {"code": "AAAA-AAAA"}, {"code": "ä"}):
        assert "code" in client.post("/setup/", FORM | wrong).context["form"].errors
    assert not User.objects.exists()
    spaced = setup.setup_code().lower().replace("-", " ")
    assert client.post("/setup/", FORM | {"code": spaced}).status_code == 302


def test_guesses_at_the_code_are_limited(client: Client, settings: Settings) -> None:
    settings.SITE_IS_LOOPBACK = False
    settings.ACCOUNT_RATE_LIMITS = {"setup": "2/m/ip"}
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "guesses"}
    }
    guesses = [client.post("/setup/", FORM | {"code": "AAAA-AAAA"}).status_code for _ in range(3)]
    assert guesses == [200, 200, 429]
    assert client.post("/setup/", FORM | {"code": setup.setup_code()}).status_code == 429


def test_the_code_is_the_same_in_every_process_and_differs_by_site() -> None:
    code = setup.setup_code()
    assert code == setup.setup_code()
    assert len(code) == 9
    Site.objects.update(epoch="another")
    assert setup.setup_code() != code


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_visitors_one_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    Site.load()  # as the server does at start, so that its first row is not what they wait for
    visitors = 6
    meet_before_the_transaction(monkeypatch, visitors)

    def visit(number: int) -> str:
        try:
            setup.set_up(username=f"ada{number}", email="", password="eels swim upstream")
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(visitors) as pool:
        outcomes = list(pool.map(visit, range(visitors)))
    assert sorted(outcomes) == [*["not_found"] * 5, "won"]
    assert User.objects.count() == Room.objects.count() == Site.objects.count() == 1
