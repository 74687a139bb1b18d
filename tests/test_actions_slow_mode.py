"""The pause between two posts of a member in a room of slow mode."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions.posting import post, post_many
from chat.errors import Refused
from chat.models import Message, Room, User
from tests.cast import draft


@pytest.fixture(autouse=True)
def _slow(general: Room) -> None:
    Room.objects.filter(pk=general.pk).update(slow_mode=60)


def test_slow_mode_minds_no_post_of_a_clock_that_is_ahead(alice: User, bob: User, general: Room) -> None:
    hour = timedelta(hours=1)
    post(draft(bob, general, "from a process an hour ahead", sent_at=timezone.now() + hour))
    post(draft(bob, general, "at the right time"))
    with pytest.raises(Refused) as refusal:
        post(draft(bob, general, "too soon"))
    assert refusal.value.code == "slow_mode"
    assert refusal.value.retry_after is not None
    assert refusal.value.retry_after <= 60


def test_the_last_post_is_found_behind_many_of_others(alice: User, bob: User, general: Room) -> None:
    post(draft(bob, general, "first"))
    # The owner of the room talks without a pause.
    post_many([draft(alice, general, str(number)) for number in range(150)])
    with pytest.raises(Refused) as refusal:
        post(draft(bob, general, "second"))
    assert refusal.value.code == "slow_mode"


@pytest.mark.parametrize(("minutes", "pages"), [(0, 3), (2, 1)], ids=["within the pause", "before it"])
def test_a_post_reads_no_further_than_the_pause(
    alice: User, bob: User, general: Room, minutes: int, pages: int
) -> None:
    post_many([draft(alice, general, str(number)) for number in range(600)])
    Message.objects.update(sent_at=timezone.now() - timedelta(minutes=minutes))
    with CaptureQueriesContext(connection) as asked:
        post(draft(bob, general, "first"))
    newest_first = [query for query in asked if "DESC LIMIT" in query["sql"]]
    assert len(newest_first) == pages
