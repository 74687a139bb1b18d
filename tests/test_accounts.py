"""Signing in, up and out, and the passwords."""

import re
from smtplib import SMTPException
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from chat import announce
from chat.actions import people, setup
from chat.errors import Refused
from chat.models import Membership, Room, Site, User
from tests.cast import PASSWORD, add_person

pytestmark = pytest.mark.django_db

DORA = {
    "name": "Dora",
    "username": "dora",
    "email": "dora@example.org",
    "password1": "eels swim upstream",
    "password2": "eels swim upstream",
}
NEW = {"password1": "herons stand in shallows", "password2": "herons stand in shallows"}


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    """All tests come from one address, and together they would be too many."""
    cache.clear()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The people whose sessions were announced to have changed."""
    users: list[int] = []
    monkeypatch.setattr(announce, "sessions_changed", users.extend)
    return users


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


def sign_in(client: Client, login: str, password: str = PASSWORD) -> bool:
    client.post("/accounts/login/", {"login": login, "password": password})
    return is_signed_in(client)


@pytest.mark.parametrize("login", ["bob", "BOB", "bob@example.org", "Bob@Example.org"])
def test_people_sign_in_by_user_name_or_email(client: Client, bob: User, login: str) -> None:
    assert not is_signed_in(client)
    assert sign_in(client, login)


def test_sign_in_leads_to_where_the_person_wanted_to_go_on_this_site(
    client: Client, bob: User, general: Room
) -> None:
    room = f"/rooms/{general.pk}/"
    assert client.get(room).headers["Location"] == f"/accounts/login/?next={room}"
    for wanted, goal in ((room, room), ("https://evil.example/", "/"), ("//evil.example/", "/")):
        answer = Client().post("/accounts/login/", {"login": "bob", "password": PASSWORD, "next": wanted})
        assert answer.headers["Location"] == goal


def test_wrong_names_and_wrong_passwords_look_alike(client: Client, bob: User) -> None:
    def answer(login: str) -> str:
        page = client.post("/accounts/login/", {"login": login, "password": "wrong"}).content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|value="[^"]*"', "", page)

    assert "don’t match" in answer("bob")
    assert answer("bob") == answer("nobody") == answer("bob@example.org") == answer("nobody@example.org")


def test_after_five_wrong_passwords_the_right_one_waits_too(client: Client, bob: User) -> None:
    for _ in range(5):
        client.post("/accounts/login/", {"login": "bob", "password": "wrong"})
    assert not sign_in(client, "bob")
    cache.clear()
    assert sign_in(client, "bob"), "it must be the limit that refused"


def test_limits_can_be_lifted(client: Client, bob: User, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    for _ in range(6):
        client.post("/accounts/login/", {"login": "bob", "password": "wrong"})
    assert sign_in(client, "bob")


def test_a_session_ends_with_the_browser_unless_the_person_wants_to_stay(client: Client, bob: User) -> None:
    answer = client.post("/accounts/login/", {"login": "bob", "password": PASSWORD})
    assert answer.cookies["sessionid"]["max-age"] == ""
    answer = Client().post("/accounts/login/", {"login": "bob", "password": PASSWORD, "remember": "on"})
    assert answer.cookies["sessionid"]["max-age"] == 60 * 60 * 24 * 30


def test_a_closed_account_cannot_sign_in(client: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    answer = client.post("/accounts/login/", {"login": "bob", "password": PASSWORD}, follow=True)
    assert "This account is closed" in answer.content.decode()
    assert not is_signed_in(client)


def test_signing_out_ends_the_session_and_tells_the_sockets(client: Client, bob: User, told: list[int]) -> None:
    client.force_login(bob)
    other = Client()
    other.force_login(bob)
    stolen = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    client.cookies["sessionid"] = stolen
    assert not is_signed_in(client)
    assert is_signed_in(other)
    assert told == [bob.pk]


def test_signing_out_everywhere_ends_every_session(
    client: Client, bob: User, alice: User, told: list[int]
) -> None:
    other, foreign = Client(), Client()
    client.force_login(bob)
    other.force_login(bob)
    foreign.force_login(alice)
    client.post("/accounts/sign-out-everywhere/")
    assert [is_signed_in(one) for one in (client, other, foreign)] == [False, False, True]
    assert told == [bob.pk]


def test_a_new_password_ends_the_other_sessions(client: Client, bob: User, told: list[int]) -> None:
    other = Client()
    client.force_login(bob)
    other.force_login(bob)
    answer = client.post("/accounts/password/change/", {"oldpassword": PASSWORD} | NEW)
    assert answer.headers["Location"] == "/accounts/profile/"
    assert [is_signed_in(client), is_signed_in(other)] == [True, False]
    assert told == [bob.pk]
    assert sign_in(Client(), "bob", NEW["password1"])


def test_a_password_is_changed_only_by_who_knows_the_old_one(client: Client, bob: User) -> None:
    client.force_login(bob)
    for wrong in ({"oldpassword": "guess"}, {"oldpassword": PASSWORD, "password2": "another one"}):
        assert client.post("/accounts/password/change/", NEW | wrong).status_code == 200
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)


def test_a_forgotten_password_is_reset_by_mail(client: Client, bob: User, told: list[int]) -> None:
    Site.objects.update_or_create(pk=1, defaults={"name": "Estuary"})
    other = Client()
    other.force_login(bob)
    client.post("/accounts/password/reset/", {"email": "bob@example.org"})
    message = mail.outbox[0]
    assert message.subject.startswith("[Estuary]")
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(message.body))
    assert link
    form = client.get(link[1], follow=True)
    assert form.templates[0].name == "account/password_reset_from_key.html"
    client.post(form.redirect_chain[-1][0], NEW)
    assert not is_signed_in(other)
    assert told == [bob.pk]
    assert sign_in(Client(), "bob", NEW["password1"])
    assert "does not work any more" in Client().get(link[1], follow=True).content.decode()


def test_asking_for_a_reset_does_not_tell_who_has_an_account(client: Client, bob: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": "bob@example.org"}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True)
    # Each page has another token.
    first, second = (re.sub(rb'"csrfmiddlewaretoken" value="\w+"', b"", each.content) for each in (known, unknown))
    assert first == second
    assert [message.to for message in mail.outbox] == [["bob@example.org"], ["nobody@example.org"]]


def test_a_broken_mail_server_is_logged_and_shown_to_nobody(
    client: Client, bob: User, caplog: pytest.LogCaptureFixture
) -> None:
    with patch("django.core.mail.EmailMessage.send", side_effect=SMTPException("refused")):
        answer = client.post("/accounts/password/reset/", {"email": "bob@example.org"})
    assert answer.headers["Location"] == "/accounts/password/reset/done/"
    assert "EMAIL_HOST" in caplog.text


def test_a_new_account_joins_the_lobby(client: Client, settings: Settings) -> None:
    settings.SIGNUP = "open"
    setup.set_up(username="ada", email="ada@example.org", password=PASSWORD)
    assert client.post("/accounts/signup/", DORA).headers["Location"] == "/"
    assert is_signed_in(client)
    dora = User.objects.get(username="dora")
    assert (dora.name, dora.email, dora.is_staff) == ("Dora", "dora@example.org", False)
    assert Membership.objects.get(user=dora).room == Site.load().lobby


def test_signing_up_does_not_tell_whose_address_is_known(client: Client, settings: Settings, bob: User) -> None:
    settings.SIGNUP = "open"
    fresh = client.post("/accounts/signup/", DORA)
    taken = Client().post("/accounts/signup/", DORA | {"username": "mallory", "email": "BOB@example.org"})
    assert (fresh.status_code, fresh.headers["Location"]) == (taken.status_code, taken.headers["Location"])
    assert User.objects.get(username="mallory").email == ""
    assert [message.to for message in mail.outbox] == [["bob@example.org"]]
    assert sign_in(Client(), "bob@example.org"), "Bob keeps his address"


@pytest.mark.parametrize("username", ["bob", "BOB", "room", "a b", "a@b", "x" * 65])
def test_a_name_that_cannot_be_had_is_explained(
    client: Client, settings: Settings, bob: User, username: str
) -> None:
    settings.SIGNUP = "open"
    answer = client.post("/accounts/signup/", DORA | {"username": username})
    assert set(answer.context["form"].errors) == {"username"}
    assert User.objects.count() == 1


def test_a_name_taken_a_moment_ago_is_explained_too(client: Client, settings: Settings) -> None:
    settings.SIGNUP = "open"
    refusal = Refused("conflict", "This user name is taken.")
    with patch.object(people, "register", side_effect=refusal):
        answer = client.post("/accounts/signup/", DORA)
    assert answer.context["form"].errors["username"] == ["This user name is taken."]


def test_registering_a_taken_name_is_refused(bob: User) -> None:
    with pytest.raises(Refused) as refusal:
        people.register(username="BoB", email="", password=PASSWORD)
    assert refusal.value.code == "conflict"


def test_what_the_site_does_not_offer_is_not_routed(client: Client, bob: User) -> None:
    client.force_login(bob)
    assert client.get("/accounts/logout/").status_code == 200
    for path in ("email/", "confirm-email/", "reauthenticate/", "password/set/", "login/code/confirm/", "social/"):
        assert client.get(f"/accounts/{path}").status_code == 404


def test_the_admin_has_no_door_of_its_own(client: Client, alice: User, bob: User) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/accounts/login/?next=/admin/"
    client.force_login(bob)
    assert client.get("/admin/", follow=True).status_code == 403
    client.force_login(alice)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/password_change/").headers["Location"] == "/accounts/password/change/"
    client.post("/admin/logout/")
    assert not is_signed_in(client)


def test_two_people_may_lack_an_address() -> None:
    for username in ("one", "two"):
        people.register(username=username, email="", password=PASSWORD)
    assert User.objects.filter(email="").count() == 2
    add_person("three")
