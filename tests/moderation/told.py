"""What is announced while a test acts."""

from collections.abc import Callable

from chat import announce


def into(told: list[announce.Announcement]) -> Callable[[announce.Announcement], None]:
    """A sink for all but the word that a room's record has grown, which follows nearly every act."""

    def sink(announcement: announce.Announcement) -> None:
        if not is_record(announcement):
            told.append(announcement)

    return sink


def is_record(announcement: announce.Announcement) -> bool:
    events = announcement.events if isinstance(announcement, announce.Personal) else []
    return bool(events) and all(b'"type":"record"' in event for _, event in events)
