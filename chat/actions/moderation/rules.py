"""Word rules: what moderators of the site make for all rooms, and moderators of a room for theirs."""

from django.db import transaction

from chat import announce, ranks
from chat.errors import Refused, not_found
from chat.models import Room, Site, WordRule
from chat.screening import checked_pattern

from . import rulebook
from .record import Action, Actor, checked_reason, record
from .subjects import lock_room

MOST_OF_SITE, MOST_OF_ROOM = 1000, 100


def add_rule(*, by: Actor, pattern: str, mode: str, room_id: int | None = None, note: str = "") -> WordRule:
    """Make a rule, for one room or the whole site. It holds for what is posted or edited from now on.

    Raises `Refused`: `invalid` for the pattern (see `screening.checked_pattern`), mode or note, `conflict` for one
    that is there already or one too many, `not_found` and `forbidden` to those who do not moderate there.
    """
    fields = _checked(pattern=pattern, mode=mode, note=note)
    with transaction.atomic():
        room = _lock_place(by, room_id)
        if WordRule.objects.filter(room=room).count() >= (MOST_OF_SITE if room is None else MOST_OF_ROOM):
            raise Refused("conflict", "There are too many rules: remove one first.")
        _require_new(room, fields["pattern"])
        rule = WordRule.objects.create(room=room, created_by=by.user, **fields)
        record(by=by, action=Action.WORD_RULE_ADD, room=room, after=_described(rule))
        _make_known()
    return rule


def change_rule(
    *,
    by: Actor,
    rule_id: int,
    pattern: str | None = None,
    mode: str | None = None,
    note: str | None = None,
    active: bool | None = None,
) -> WordRule:
    """Change what is given. What changes nothing is not recorded. Raises as `add_rule` does."""
    given = {"pattern": pattern, "mode": mode, "note": note}
    fields = _checked(**{name: value for name, value in given.items() if value is not None})
    with transaction.atomic():
        rule = _lock_rule(by, rule_id)
        before = _described(rule)
        if fields.get("pattern", rule.pattern) != rule.pattern:
            _require_new(rule.room, fields["pattern"])
        for name, value in fields.items():
            setattr(rule, name, value)
        if active is not None:
            rule.active = active
        if _described(rule) != before:
            rule.save(update_fields=[*fields, "active"])
            record(by=by, action=Action.WORD_RULE_CHANGE, room=rule.room, before=before, after=_described(rule))
            _make_known()
    return rule


def remove_rule(*, by: Actor, rule_id: int) -> None:
    """Remove a rule for good. What it hid or flagged stays so. Raises `not_found` and `forbidden` as above."""
    with transaction.atomic():
        rule = _lock_rule(by, rule_id)
        record(by=by, action=Action.WORD_RULE_REMOVE, room=rule.room, before=_described(rule))
        rule.delete()
        _make_known()


def _checked(**fields: str) -> dict[str, str]:
    if "pattern" in fields:
        try:
            fields["pattern"] = checked_pattern(fields["pattern"])
        except ValueError as error:
            raise Refused("invalid", str(error)) from None
        checked_reason(fields["pattern"])  # nothing that cannot be stored
    if fields.get("mode", WordRule.Mode.BLOCK) not in WordRule.Mode.values:
        raise Refused("invalid", "A rule blocks, hides or flags.")
    if "note" in fields:
        fields["note"] = checked_reason(fields["note"], needed=False)
    return fields


def _lock_place(by: Actor, room_id: int | None) -> Room | None:
    """Under the lock of the room or the site two rules at once are neither the same nor one too many."""
    if room_id is not None:
        return lock_room(by=by, room_id=room_id)
    ranks.require_moderator(by.user, None)
    Site.load()  # a row that is not there locks nobody out
    list(Site.objects.select_for_update(no_key=True).filter(pk=1))
    return None


def _lock_rule(by: Actor, rule_id: int) -> WordRule:
    seen = WordRule.objects.filter(pk=rule_id).first()
    if seen is None:
        raise not_found("rule")
    try:
        _lock_place(by, seen.room_id)
    except Refused as refusal:
        raise not_found("rule") if refusal.code == "not_found" else refusal from None
    rule = WordRule.objects.select_related("room").filter(pk=rule_id).first()
    if rule is None:
        # Removed in this moment.
        raise not_found("rule")
    return rule


def _require_new(room: Room | None, pattern: str) -> None:
    if WordRule.objects.filter(room=room, pattern=pattern).exists():
        raise Refused("conflict", "There is such a rule already.")


def _make_known() -> None:
    transaction.on_commit(rulebook.forget)
    announce.rules_changed()


def _described(rule: WordRule) -> dict[str, object]:
    return {
        "rule": rule.pk,
        "pattern": rule.pattern,
        "mode": rule.mode,
        "note": rule.note,
        "active": rule.active,
    }
