"""What a site holds before it is measured. Runs in the site's own Django, through `Site.call`.

Straight into the tables, because a million messages through the actions would take an hour.
"""

from datetime import timedelta
from typing import Any

Seat = tuple[int, str, int]  # a user's id, the key of their session, the room they talk in


def people(count: int) -> list[tuple[int, str]]:
    """So many new accounts, `user0`, `user1`, …, each with a session: their ids and session keys."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.db import transaction
    from django.utils import timezone
    from django.utils.crypto import get_random_string

    from chat.models import User

    def session(user: User) -> Session:
        content = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        return Session(
            session_key=get_random_string(32),
            session_data=SessionStore().encode(content),
            expire_date=timezone.now() + timedelta(days=1),
        )

    there = User.objects.count()
    with transaction.atomic():
        users = User.objects.bulk_create(
            User(username=f"user{number}", name=f"Person Number {number}", password="!")
            for number in range(there, there + count)
        )
        sessions = Session.objects.bulk_create([session(user) for user in users])
    return [(user.pk, each.session_key) for user, each in zip(users, sessions, strict=True)]


def rooms(user_ids: list[int], count: int, size: int) -> list[int]:
    """So many public rooms of `size` members, spread evenly over the people; returns their ids.

    Room `r` begins at person `r * people / count`: with as many rooms as people, each person is in `size` rooms.
    """
    from django.db import transaction

    from chat.models import Membership, Room

    stride = len(user_ids) // count
    with transaction.atomic():
        made = Room.objects.bulk_create(Room(name=f"Room {number}", clock=size) for number in range(count))
        Membership.objects.bulk_create(
            Membership(
                room=room,
                user_id=user_ids[(number * stride + seat) % len(user_ids)],
                changed=seat + 1,
                last_read=size,
            )
            for number, room in enumerate(made)
            for seat in range(size)
        )
    return [room.pk for room in made]


def fill(room_id: int, count: int, texts: list[str]) -> None:
    """So many messages in a room, of its members in turn, all of them read."""
    from django.db import connection, transaction
    from django.utils import timezone

    from chat.models import Membership, Room
    from chat.rendering import render

    room = Room.objects.get(pk=room_id)
    authors = list(Membership.objects.filter(room=room).values_list("user_id", flat=True))
    values: list[Any] = [number for pair in enumerate(authors) for number in pair]
    for number, text in enumerate(texts):
        values += [number, text, render(text, {}).html]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Two foreign keys of a million rows are not worth a minute of checking.
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"""
            WITH RECURSIVE
              authors (place, author) AS (VALUES {", ".join(["(%s, %s)"] * len(authors))}),
              words (place, text, html) AS (VALUES {", ".join(["(%s, %s, %s)"] * len(texts))}),
              numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)
            INSERT INTO chat_message (room_id, author_id, tick, changed, kind, ref, fingerprint, text, html,
                                      sent_at, deleted, pinned, everyone)
            SELECT %s, author, %s + n, %s + n, 'text', 'seed-' || %s || '-' || n, %s, text, html, %s, %s, %s, %s
            FROM numbers JOIN authors ON authors.place = n %% %s JOIN words ON words.place = n %% %s
            """,
            [
                *(*values, count, room.pk, room.clock, room.clock, str(room.pk), b"\0" * 16, timezone.now()),
                *(False, False, False, len(authors), len(texts)),
            ],
        )
        Room.objects.filter(pk=room.pk).update(clock=room.clock + count)
        Membership.objects.filter(room=room).update(last_read=room.clock + count)
    with connection.cursor() as cursor:
        # As the database itself would in time: a table that has just been filled is planned badly without.
        cursor.execute("ANALYZE")
