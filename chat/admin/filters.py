"""A filter by a person or a room, who are too many to be listed beside a page."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.admin import ListFilter
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from .site import desk


class PickedFilter(ListFilter):
    """Shows those of a list whose foreign key `parameter_name` is what was picked in an autocompleted field."""

    template = "admin/picked_filter.html"
    parameter_name: str

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: type[Model], model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        field = model._meta.get_field(self.parameter_name)
        related = model_admin.admin_site.get_model_admin(field.related_model)
        self.form = _form(self.parameter_name, AutocompleteSelect(field, desk), related.get_queryset(request))
        given = params.pop(self.parameter_name, [""])[-1]
        if given.isdecimal() and len(given) < 19:
            self.used_parameters[self.parameter_name] = given
            self.form.initial = {self.parameter_name: given}

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return [self.parameter_name]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """One, which says what other filters the form has to carry along."""
        rest = {name: values for name, values in changelist.filter_params.items() if name != self.parameter_name}
        kept = [(name, value) for name, values in rest.items() for value in values]
        yield {"form": self.form, "kept": kept, "picked": bool(self.used_parameters)}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**self.used_parameters)


def picked(field: str, title: Any) -> type[PickedFilter]:
    """The filter for a foreign key of the list's model."""
    return type(f"Picked{field.capitalize()}", (PickedFilter,), {"parameter_name": field, "title": title})


def _form(name: str, widget: AutocompleteSelect, rows: QuerySet[Any]) -> forms.Form:
    form = forms.Form(auto_id=f"picked_%s_{name}")
    form.fields[name] = forms.ModelChoiceField(rows, widget=widget, required=False)
    return form
