import pytest
from django.contrib.auth.models import Permission
from django.db import transaction

from chat import ranks
from chat.errors import Refused
from chat.models import Membership, Room, User
from chat.ranks import Rank
from tests.cast import add_member, add_person, add_room
from tests.moderation.refusals import refusal_of


def test_a_rank_is_of_the_site_before_it_is_of_a_room(alice: User, bob: User, dora: User, general: Room) -> None:
    erin, frank = add_person("erin"), add_person("frank")
    add_member(general, erin, "moderator")
    add_member(general, frank, "owner")
    add_member(general, dora, "member")
    people = [bob, erin, frank, dora, alice]
    assert [ranks.rank(user, general) for user in people] == list(Rank)
    m, top = Rank.MEMBER, [Rank.SITE_MODERATOR, Rank.SITE_OWNER]
    assert [ranks.rank(user) for user in people] == [m, m, m, *top]


def test_a_rank_in_a_room_ends_with_leaving_it(general: Room) -> None:
    erin = add_person("erin")
    row = add_member(general, erin, "owner")
    assert ranks.rank(erin, general) == Rank.ROOM_OWNER
    Membership.objects.filter(pk=row.pk).update(left=True)
    assert ranks.rank(erin, general) == Rank.MEMBER


def test_staff_without_the_permission_moderates_nothing(dora: User) -> None:
    assert ranks.moderates_site(dora)
    dora.groups.clear()
    assert not ranks.moderates_site(User.objects.get(pk=dora.pk))


def test_who_stands_above_members_on_the_site_is_read_at_once(alice: User, bob: User, dora: User) -> None:
    erin, frank = add_person("erin"), add_person("frank")
    for user in (erin, frank):
        User.objects.filter(pk=user.pk).update(is_staff=True)
    app_label, codename = ranks.MODERATE.split(".")
    frank.user_permissions.add(Permission.objects.get(content_type__app_label=app_label, codename=codename))
    people = User.objects.in_bulk()
    found = ranks.site_ranks()
    assert found == {key: ranks.rank(user) for key, user in people.items() if ranks.rank(user) > Rank.MEMBER}
    assert found.keys() == {alice.pk, dora.pk, frank.pk}
    User.objects.filter(pk=dora.pk).update(is_active=False)
    assert dora.pk not in ranks.site_ranks()


def test_the_sites_moderators_act_in_public_rooms_and_in_those_they_are_in(
    alice: User, dora: User, general: Room, backroom: Room
) -> None:
    direct = add_room("", "direct", members={alice: "member", dora: "member"})
    ranks.require_moderator(dora, general)
    assert refusal_of(lambda: ranks.require_moderator(dora, backroom)) == "not_found"
    add_member(backroom, dora)
    ranks.require_moderator(dora, backroom)
    assert refusal_of(lambda: ranks.require_moderator(dora, direct)) == "forbidden"


def test_who_moderates_nothing_is_told_so_only_where_they_may_look(
    bob: User, charlie: User, general: Room, backroom: Room
) -> None:
    erin = add_person("erin")
    add_member(backroom, erin, "moderator")
    ranks.require_moderator(erin, backroom)
    assert refusal_of(lambda: ranks.require_moderator(bob, backroom)) == "forbidden"
    assert refusal_of(lambda: ranks.require_moderator(charlie, backroom)) == "not_found"
    assert refusal_of(lambda: ranks.require_moderator(charlie, general)) == "forbidden"
    assert refusal_of(lambda: ranks.require_moderator(erin, None)) == "forbidden"


def test_nobody_acts_on_their_equals_or_on_themselves(alice: User, bob: User, dora: User, general: Room) -> None:
    erin, fred = add_person("erin"), add_person("fred")
    for user in (erin, fred):
        add_member(general, user, "moderator")
    for above, below in ((erin, bob), (dora, erin), (alice, dora)):
        ranks.require_outranks(above, below, general)
        assert refusal_of(lambda: ranks.require_outranks(below, above, general)) == "forbidden"  # noqa: B023
    assert refusal_of(lambda: ranks.require_outranks(erin, fred, general)) == "forbidden"
    assert refusal_of(lambda: ranks.require_outranks(alice, alice)) == "forbidden"


def test_between_equals_of_the_site_their_roles_in_the_room_decide(alice: User, general: Room) -> None:
    other = add_person("another", owner=True)
    add_member(general, other)
    ranks.require_outranks(alice, other, general)
    assert refusal_of(lambda: ranks.require_outranks(other, alice, general)) == "forbidden"
    assert refusal_of(lambda: ranks.require_outranks(alice, other)) == "forbidden"


def test_a_rule_acts_on_members_alone(bob: User, general: Room) -> None:
    ranks.require_outranks(None, bob, general)
    Membership.objects.filter(user=bob).update(role="moderator")
    assert refusal_of(lambda: ranks.require_outranks(None, bob, general)) == "forbidden"


def test_the_last_owner_of_the_site_stays(alice: User, bob: User) -> None:
    ranks.require_another_owner(bob)
    other = add_person("another", owner=True)
    ranks.require_another_owner(alice)
    User.objects.filter(pk=other.pk).update(is_active=False)
    with pytest.raises(Refused) as refused, transaction.atomic():
        ranks.require_another_owner(alice)
    assert refused.value.code == "conflict"
