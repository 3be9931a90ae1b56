"""What was changed of a posting, field by field: written down as plain values, shown in words."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db import models
from django.utils.translation import gettext as _

from activities.models import Activity
from activities.pictures import PictureField

# Comparing two texts character by character takes the square of their length.
COMPARED_UP_TO = 4_000
# Chinese is compared by characters, other languages by words.
PIECES = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|\W")


@dataclass(frozen=True)
class Difference:
    """Of one field; `before` and `after` are [(piece of text, whether it differs)]."""

    field: str
    label: str
    old: str
    new: str
    before: list[tuple[str, bool]]
    after: list[tuple[str, bool]]


def values_of(activity, fields):
    """{field: value} as JSON can keep it; of another row its number."""
    found = {name: _field(name).value_from_object(activity) for name in fields}
    return {
        name: str(value) if isinstance(_field(name), PictureField) else value
        for name, value in found.items()
    }


def between(before, after):
    """[{field, old, new}] of the values that differ, as a review keeps them.

    What it names of other rows it names in words, so that it reads the same years later.
    """
    return [
        {"field": name, "old": _kept(name, before[name]), "new": _kept(name, new)}
        for name, new in after.items()
        if name in before and before[name] != new
    ]


def shown(changes) -> list[Difference]:
    """What a review keeps, for people to read."""
    return [_shown(**each) for each in changes or []]


def in_words(activity, fields):
    """{field: as people read it}."""
    values = values_of(activity, fields)
    return {name: _in_words(name, _kept(name, value)) for name, value in values.items()}


def label_of(name):
    return str(_field(name).verbose_name)


def _field(name) -> models.Field:
    return Activity._meta.get_field(name)  # type: ignore[return-value]


def _kept(name, value):
    field = _field(name)
    if value is None:
        return ""
    if isinstance(field, models.ForeignKey):
        return str(field.related_model._default_manager.filter(pk=value).first() or "")
    return str(value)


def _shown(*, field, old, new):
    old, new = _in_words(field, old), _in_words(field, new)
    if isinstance(_field(field), PictureField):
        old, new = old and _("a picture"), new and (_("another picture") if old else _("a picture"))
    before, after = _compared(old, new)
    return Difference(field, label_of(field), old, new, before, after)


def _in_words(name, value):
    return str(dict(_field(name).flatchoices).get(value, value))


def _compared(old, new):
    if len(old) + len(new) > COMPARED_UP_TO or not (old and new):
        return [(old, True)], [(new, True)]
    first, second = PIECES.findall(old), PIECES.findall(new)
    before: list[tuple[str, bool]] = []
    after: list[tuple[str, bool]] = []
    for tag, i, j, k, m in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        before.append(("".join(first[i:j]), tag != "equal"))
        after.append(("".join(second[k:m]), tag != "equal"))
    return [each for each in before if each[0]], [each for each in after if each[0]]
