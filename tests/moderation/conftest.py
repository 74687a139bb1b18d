import pytest

from chat.models import Room, User
from tests.cast import add_member, add_person


@pytest.fixture
def erin(general: Room) -> User:
    """A moderator of the public room, a member of the site."""
    erin = add_person("erin")
    add_member(general, erin, "moderator")
    return erin
