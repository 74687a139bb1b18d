"""How the demo is written down: people, and scenes of what they said in a room."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_MINUTES = re.compile(r"-(\d+)m")
_DAY = re.compile(r"-(\d+) (\d\d):(\d\d)")


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    name: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """`when` is `-2 09:14` (two days ago, in UTC) or `-25m`; `label` is what a later `reply_to` means."""

    by: str
    when: str
    text: str
    label: str = ""
    reply_to: str = ""
    reactions: dict[str, str] = field(default_factory=dict)  # emoji: user names
    pinned: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A room and its conversation. The first member owns the room; the site's owner has yet to read `unread`."""

    kind: str
    members: str  # user names
    said: tuple[Said, ...]
    name: str = ""
    topic: str = ""
    moderators: str = ""
    unread: int = 0
    archived: bool = False


def moment(when: str, now: datetime) -> datetime:
    """The time that a `Said.when` means at `now`."""
    if minutes := _MINUTES.fullmatch(when):
        return now - timedelta(minutes=int(minutes[1]))
    day = _DAY.fullmatch(when)
    if day is None:
        raise ValueError(f"{when} is neither -2 09:14 nor -25m.")
    then = now - timedelta(days=int(day[1]))
    # Seconds of their own, so that nobody seems to speak on the full minute.
    seconds = sum(when.encode()) * 7 % 60
    return then.replace(hour=int(day[2]), minute=int(day[3]), second=seconds, microsecond=0)
