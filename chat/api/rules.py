"""Word rules, what they would have caught, and the site's limits, over HTTP: for moderators."""

from django.http import HttpRequest, HttpResponse

from chat import directory, encoding, ranks, trying
from chat.actions.moderation import rules as actions
from chat.actions.moderation import site_limits
from chat.models import Site, User, WordRule
from chat.rendering import excerpt

from . import bodies
from .actors import actor_of
from .door import fields, reply
from .parsing import read_body, read_query


def rules(request: HttpRequest, user: User) -> HttpResponse:
    query = read_query(request, bodies.RulesQuery)
    found = directory.word_rules(user, query.room)
    return reply({"rules": [_encoded(rule) for rule in found]})


def add(request: HttpRequest, user: User) -> HttpResponse:
    body = read_body(request, bodies.NewRule)
    rule = actions.add_rule(
        by=actor_of(request), pattern=body.pattern, mode=body.mode, room_id=body.room, note=body.note
    )
    return reply(_encoded(rule), status=201)


def change(request: HttpRequest, user: User, rule_id: int) -> HttpResponse:
    body = read_body(request, bodies.RuleChanges)
    return reply(_encoded(actions.change_rule(by=actor_of(request), rule_id=rule_id, **fields(body))))


def remove(request: HttpRequest, user: User, rule_id: int) -> HttpResponse:
    actions.remove_rule(by=actor_of(request), rule_id=rule_id)
    return reply({})


def try_out(request: HttpRequest, user: User) -> HttpResponse:
    body = read_body(request, bodies.TriedRule)
    trial = trying.try_rule(user, body.pattern, room_id=body.room)
    return reply(
        {
            "caught": trial.caught,
            "rooms": [{"room": room, "caught": caught} for room, caught in trial.rooms.most_common()],
            "examples": [
                {
                    "message": row.pk,
                    "room": row.room_id,
                    "tick": row.tick,
                    "author": encoding.user(row.author),
                    "sent_at": encoding.stamp(row.sent_at),
                    "excerpt": excerpt(row.text, trying.EXCERPT),
                }
                for row in trial.examples
            ],
            "messages": trial.messages,
            "complete": trial.complete,
        }
    )


def limits(request: HttpRequest, user: User) -> HttpResponse:
    ranks.require_moderator(user, None)
    return reply(_limits(Site.load()))


def change_limits(request: HttpRequest, user: User) -> HttpResponse:
    body = read_body(request, bodies.LimitChanges)
    return reply(_limits(site_limits.change_limits(by=actor_of(request), **fields(body))))


def _encoded(rule: WordRule) -> dict[str, object]:
    return {
        "id": rule.pk,
        "pattern": rule.pattern,
        "mode": rule.mode,
        "room": rule.room_id,
        "note": rule.note,
        "active": rule.active,
        "by": encoding.user(rule.created_by) if rule.created_by else None,
        "created_at": encoding.stamp(rule.created_at),
    }


def _limits(site: Site) -> dict[str, object]:
    return {name: getattr(site, name) for name in ("links_from_new_members", *site_limits.RANGES)}
