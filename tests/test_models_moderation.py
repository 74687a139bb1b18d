"""What the database itself refuses, whoever writes."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from chat.models import Block, Case, Message, Report, Room, User, WordRule
from tests.cast import add_person


@pytest.fixture
def message(bob: User, general: Room) -> Message:
    return Message.objects.create(room=general, author=bob, tick=3, changed=3, ref="r", fingerprint=b"", text="x")


def refused(work: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        work()


def test_a_case_is_about_a_message_or_a_person(message: Message, bob: User) -> None:
    Case.objects.create(message=message)
    Case.objects.create(person=bob)
    refused(lambda: Case.objects.create(message=message, person=add_person("erin")))
    refused(Case.objects.create)


@pytest.mark.parametrize("of", ["message", "person"])
def test_there_is_one_undecided_case_of_a_thing(message: Message, bob: User, of: str) -> None:
    about = {"message": message} if of == "message" else {"person": bob}
    case = Case.objects.create(**about)
    refused(lambda: Case.objects.create(**about))
    Case.objects.update(state=Case.State.IN_PROGRESS)
    refused(lambda: Case.objects.create(**about))
    Case.objects.update(state=Case.State.DISMISSED)
    again = Case.objects.create(**about)
    assert list(Case.objects.undecided()) == [again]
    assert case != again


def test_a_person_reports_a_case_once(bob: User, charlie: User, message: Message) -> None:
    case = Case.objects.create(message=message)
    Report.objects.create(case=case, reporter=charlie, category=Report.Category.SPAM)
    refused(lambda: Report.objects.create(case=case, reporter=charlie, category=Report.Category.OTHER))
    Report.objects.create(case=case, reporter=bob, category=Report.Category.OTHER)


def test_a_person_blocks_others_and_each_once(bob: User, charlie: User) -> None:
    Block.objects.create(by=bob, person=charlie)
    Block.objects.create(by=charlie, person=bob)
    refused(lambda: Block.objects.create(by=bob, person=charlie))
    refused(lambda: Block.objects.create(by=bob, person=bob))


@pytest.mark.django_db
def test_a_word_rule_has_words() -> None:
    WordRule.objects.create(pattern="kayak*", mode=WordRule.Mode.FLAG)
    refused(lambda: WordRule.objects.create(pattern="", mode=WordRule.Mode.FLAG))
