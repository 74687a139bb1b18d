from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from chat import access
from chat.errors import Refused
from chat.models import Membership, Room, User
from tests.cast import sign_in


def test_an_identity_is_who_is_signed_in(bob: User) -> None:
    key = sign_in(bob)["sessionid"]
    found = access.identity(key)
    assert found is not None
    assert (found.user_id, found.session_key) == (bob.pk, key)


@pytest.mark.parametrize("how", ["expired", "deleted", "password", "everywhere", "inactive"])
def test_a_session_that_ended_is_nobodys(bob: User, how: str) -> None:
    key = sign_in(bob)["sessionid"]
    assert access.identity(key) is not None
    sessions, accounts = Session.objects.filter(session_key=key), User.objects.filter(pk=bob.pk)
    match how:
        case "expired":
            sessions.update(expire_date=timezone.now() - timedelta(seconds=1))
        case "deleted":
            sessions.delete()
        case "password":
            accounts.update(password="other")
        case "everywhere":
            accounts.update(session_version=1)
        case "inactive":
            accounts.update(is_active=False)
    assert access.identity(key) is None


@pytest.mark.parametrize("key", ["", "x", "x" * 5000, "é", "' OR 1=1 --"])
def test_garbage_is_nobodys_session(db: None, key: str) -> None:
    assert access.identity(key) is None


def test_a_public_room_is_readable_and_a_private_one_only_inside(
    charlie: User, bob: User, general: Room, backroom: Room
) -> None:
    assert access.readable_room(charlie, general.pk) == general
    assert access.readable_room(bob, backroom.pk) == backroom
    answers = []
    for room_id in (backroom.pk, 10**9):
        with pytest.raises(Refused) as refused:
            access.readable_room(charlie, room_id)
        answers.append(refused.value.args)
    assert answers[0] == answers[1]


def test_who_left_is_an_outsider(bob: User, backroom: Room) -> None:
    Membership.objects.filter(user=bob, room=backroom).update(left=True)
    with pytest.raises(Refused):
        access.readable_room(bob, backroom.pk)
    with pytest.raises(Refused):
        access.membership(bob.pk, backroom.pk)
