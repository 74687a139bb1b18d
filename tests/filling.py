"""Rows of any table, made from nothing but its columns: as the version before writes them, whose code is gone."""

import datetime
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

from django.apps.registry import Apps
from django.db import IntegrityError, models
from django.db.models import Model
from django.db.models.fields import NOT_PROVIDED

FINAL = {"ModerationAction"}  # rows that the database itself lets nobody change
_numbers = count(1)


def fillable(apps: Apps, app: str = "chat") -> list[str]:
    """The models that columns alone describe; a constraint may ask more of a row than can be guessed here."""
    found = []
    for model in apps.get_app_config(app).get_models():
        with suppress(IntegrityError):
            insert(model)
            found.append(model.__name__)
    return found


def live(apps: Apps, app: str, names: list[str]) -> None:
    """Write, change and read a row of each of these models, with every column that they know."""
    for model in (apps.get_model(app, name) for name in names):
        row = insert(model)
        if model.__name__ not in FINAL:
            changed = {field.attname: getattr(row, field.attname) for field in _columns(model)}
            assert model._default_manager.filter(pk=row.pk).update(**changed) == 1
        assert model._default_manager.get(pk=row.pk).pk == row.pk
        # What stood there before, too.
        assert all(old.pk for old in model._default_manager.all())


def insert(model: type[Model]) -> Model:
    """A row with a value in every column that asks for one; rows it refers to are made, too."""
    return model._default_manager.create(
        **{
            field.name: _value(field)
            for field in _columns(model)
            # A unique column may be empty, and two defaults may be equal.
            if field.unique or not (field.null or field.has_default() or field.db_default is not NOT_PROVIDED)
        }
    )


def _columns(model: type[Model]) -> Iterator["models.Field[Any, Any]"]:
    return (field for field in model._meta.concrete_fields if not field.primary_key)


def _value(field: "models.Field[Any, Any]") -> Any:
    number = next(_numbers)
    match field:
        case models.ForeignKey():
            target = field.related_model
            assert isinstance(target, type)
            return insert(target)
        case models.CharField() | models.TextField():
            if field.choices:
                return next(iter(field.flatchoices))[0]
            return f"{number}"[: field.max_length or None]
        case models.BooleanField():
            return False
        case models.IntegerField():
            return number
        case models.BinaryField():
            return b"%d" % number
        case models.DateTimeField():
            return datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
        case models.JSONField():
            return {}
        case _:
            raise NotImplementedError(f"no value for {field!r}")
