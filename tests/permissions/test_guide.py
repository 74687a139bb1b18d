"""The moderators' guide says of each rank what the matrix says."""

from tests.documents import ROOT, read, table

from . import matrix
from .company import MODERATOR, OWNER, SITE_MODERATOR

COLUMNS = ["member", MODERATOR, SITE_MODERATOR, OWNER]
USERS = "POST /api/users/<vera>"
IN_ROOM = '{"reason": "x", "room": <public>}'
# Requests of the tables, for each row of the guide all that it names.
ACTS = {
    "report a message or a person": [
        'POST /api/reports {"category": "spam", "message": <public-message>}',
        'POST /api/reports {"category": "spam", "person": <vera>}',
    ],
    "block a person": ["PUT /api/blocks/<vera>"],
    "remove another's message": ["POST /api/messages/<public-message>/remove {}"],
    "restore a message": ["POST /api/messages/<public-removed>/restore {}"],
    "pin a message": ['pin {"message": <public-said>, "on": true}'],
    "lock a room, slow mode, announcements": ['PATCH /api/rooms/<public>/moderation {"locked": true}'],
    "rename a room, set its topic, archive it": [
        'PATCH /api/rooms/<public> {"topic": "Words"}',
        'PATCH /api/rooms/<public> {"archived": true}',
    ],
    "warn, mute or ban in a room": [
        f"{USERS}/warn {IN_ROOM}",
        f'{USERS}/mute {{"minutes": 60, "room": <public>}}',
        f"{USERS}/ban {IN_ROOM}",
    ],
    "remove from a room": ["DELETE /api/rooms/<public>/members/<vera> {}"],
    "remove all of a person's messages in a room": [
        f'{USERS}/purge {{"reason": "x", "since": "<since>", "room": <public>}}'
    ],
    "decide reports of a room": ['PATCH /api/moderation/cases/<public-case> {"state": "resolved"}'],
    "word rules of a room": [
        "GET /api/moderation/rules?room=<public>",
        "DELETE /api/moderation/rules/<public-rule>",
    ],
    "warn, mute or ban on the site": [
        f'{USERS}/warn {{"reason": "x"}}',
        f'{USERS}/mute {{"minutes": 60, "reason": "x"}}',
        f'{USERS}/ban {{"reason": "x"}}',
    ],
    "remove all of a person's messages on the site": [f'{USERS}/purge {{"reason": "x", "since": "<since>"}}'],
    "close an account, open it again, sign it out": [
        f'{USERS}/deactivate {{"reason": "x"}}',
        f"{USERS}/reactivate {{}}",
        f"{USERS}/sign-out {{}}",
    ],
    "notes about a person": ["GET /api/users/<vera>/notes", f'{USERS}/notes {{"text": "x"}}'],
    "word rules and limits of the site": [
        "DELETE /api/moderation/rules/<site-rule>",
        'PATCH /api/moderation/limits {"max_mentions": 5}',
    ],
    "decide reports about people": ['PATCH /api/moderation/cases/<person-case> {"state": "resolved"}'],
    "appoint and dismiss moderators of the site": [
        "POST /api/users/<vera>/appoint",
        "POST /api/users/<max>/dismiss",
    ],
}


def test_the_guide_says_what_the_matrix_says() -> None:
    names = ("rooms", "messages", "people", "desk", "commands")
    lines = {line.request: line.outcomes for name in names for line in matrix.read(name)}
    documented = {row[0]: row[1:] for row in table(read(ROOT / "docs/moderation.md"), "act")}
    assert documented == {
        act: ["yes" if all(lines[each][kind] == "ok" for each in requests) else "no" for kind in COLUMNS]
        for act, requests in ACTS.items()
    }
