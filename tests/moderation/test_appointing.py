from chat import ranks
from chat.actions.moderation.appointing import appoint, dismiss
from chat.actions.moderation.record import RULE, Actor
from chat.models import ModerationAction, User
from chat.ranks import Rank
from tests.moderation.refusals import refusal_of


def rank(user: User) -> Rank:
    return ranks.rank(User.objects.get(pk=user.pk))


def test_an_owner_appoints_and_dismisses(alice: User, bob: User) -> None:
    for _ in range(2):
        appoint(by=Actor(alice), person_id=bob.pk)
    assert rank(bob) == Rank.SITE_MODERATOR
    assert User.objects.get(pk=bob.pk).is_staff
    for _ in range(2):
        dismiss(by=Actor(alice), person_id=bob.pk)
    assert rank(bob) == Rank.MEMBER
    assert not User.objects.get(pk=bob.pk).is_staff
    assert [(act.action, act.before, act.after) for act in ModerationAction.objects.order_by("pk")] == [
        ("role", {"role": "member"}, {"role": "site moderator"}),
        ("role", {"role": "site moderator"}, {"role": "member"}),
    ]


def test_only_owners_appoint(alice: User, bob: User, dora: User) -> None:
    for by in (Actor(dora), Actor(bob), RULE):
        assert refusal_of(lambda: appoint(by=by, person_id=bob.pk)) == "forbidden"  # noqa: B023
        assert refusal_of(lambda: dismiss(by=by, person_id=dora.pk)) == "forbidden"  # noqa: B023
    assert refusal_of(lambda: appoint(by=Actor(alice), person_id=10**9)) == "not_found"


def test_a_closed_account_is_dismissed_and_not_appointed(alice: User, bob: User, dora: User) -> None:
    User.objects.filter(pk__in=[bob.pk, dora.pk]).update(is_active=False)
    assert refusal_of(lambda: appoint(by=Actor(alice), person_id=bob.pk)) == "not_found"
    dismiss(by=Actor(alice), person_id=dora.pk)
    User.objects.filter(pk=dora.pk).update(is_active=True)
    assert rank(dora) == Rank.MEMBER


def test_an_owner_stays_what_they_are(alice: User) -> None:
    dismiss(by=Actor(alice), person_id=alice.pk)
    assert rank(alice) == Rank.SITE_OWNER
    assert User.objects.get(pk=alice.pk).is_staff
