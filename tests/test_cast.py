"""The cast is what the other tests take it for."""

from chat.models import Membership, Room, User


def test_alice_owns_the_site_and_the_others_do_not(alice: User, bob: User, charlie: User) -> None:
    assert alice.is_superuser
    assert alice.is_staff
    assert not bob.is_staff
    assert not charlie.is_staff


def test_bob_is_in_the_rooms_and_charlie_is_not(general: Room, backroom: Room, bob: User, charlie: User) -> None:
    assert Membership.objects.filter(user=bob).count() == 2
    assert not Membership.objects.filter(user=charlie).exists()
    assert backroom.kind == "private"


def test_every_arrival_took_a_tick(general: Room) -> None:
    ticks = general.memberships.order_by("changed").values_list("changed", flat=True)
    assert list(ticks) == [1, 2]
    assert general.clock == 2
