"""What the tests of reports begin with: messages, and people who report them."""

from chat.actions.moderation.reporting import report
from chat.actions.posting import Draft, post
from chat.models import Case, Message, Room, Site, User
from tests.cast import add_person


def posted(user: User, room: Room, text: str = "Cheap kayak insurance") -> Message:
    ref = str(Message.objects.count())
    message_id = post(Draft(author_id=user.pk, room_id=room.pk, ref=ref, text=text)).message_id
    return Message.objects.get(pk=message_id)


def case_of(message: Message, *reporters: User) -> Case:
    """A new case of a message, with these reporters or one who is in no room."""
    for user in reporters or [add_person(f"reporter-{message.pk}")]:
        report(by=user, category="spam", message_id=message.pk)
    return Case.objects.undecided().get(message=message)


def hidden_case(message: Message, *reporters: User) -> Case:
    """A new case of a message that these reporters are enough to hide."""
    Site.load()
    Site.objects.update(reports_to_hide=len(reporters))
    return case_of(message, *reporters)
