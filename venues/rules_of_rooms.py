"""A room says what its center says, until somebody decides otherwise for it.

As with activities and the rules of their center: every room has all rules itself; a new one begins
with those of its center, and follows it wherever it says the same.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from venues.models import Center, CenterRoomRules, Room
from venues.room_rules import RULES
from venues.rule_words import Change, in_words

# As the forms of centers and of rooms show them.
GROUPS = [
    (
        _("Who books"),
        [("for_residents", "for_partners"), "youngest", ("by_approval", "requests_block")],
    ),
    (_("Groups"), ["fewest_people", ("group_from", "group_days")]),
    (
        _("When, and for how long"),
        ["step_minutes", ("shortest_minutes", "longest_minutes"), ("days_ahead", "per_month")],
    ),
    (_("Before and after"), [("setup_minutes", "cleanup_minutes"), "frees_after_minutes"]),
]


def rules_of(center: Center) -> CenterRoomRules:
    """What holds for the rooms of this center; where nobody has decided yet, what we propose."""
    try:
        return center.room_rules
    except CenterRoomRules.DoesNotExist:
        return CenterRoomRules(center=center)


def begin(room: Room) -> None:
    """Give a new room the rules of its center."""
    rules = rules_of(room.center)
    for name in RULES:
        setattr(room, name, getattr(rules, name))


def own(room: Room) -> set[str]:
    """The rules that were decided differently for this room."""
    rules = rules_of(room.center)
    return {name for name in RULES if getattr(room, name) != getattr(rules, name)}


@transaction.atomic
def change(rules: CenterRoomRules) -> None:
    """Write the rules of a center down; rooms that said the same as before follow.

    What was said before is read under the lock, so that two who change rules wait for each other.
    """
    before = CenterRoomRules.objects.select_for_update(no_key=True).get(pk=rules.pk)
    for name in _changed(before, rules):
        _saying_the_same(before, name).update(**{name: getattr(rules, name)})
    rules.save()


def changes(rules: CenterRoomRules) -> list[Change]:
    """What writing these rules down would change, to be shown first."""
    before = CenterRoomRules.objects.get(pk=rules.pk)
    return [_change(before, rules, name) for name in _changed(before, rules)]


def make_missing(centers) -> None:
    """A row for each center that has none yet, with what was true of it anyway."""
    CenterRoomRules.objects.bulk_create(
        [CenterRoomRules(center=center) for center in centers.filter(room_rules=None)],
        ignore_conflicts=True,
    )


def _changed(before, after):
    return [name for name in RULES if getattr(before, name) != getattr(after, name)]


def _saying_the_same(before: CenterRoomRules, name: str) -> QuerySet[Room]:
    return Room.objects.filter(floor__center=before.center_id, **{name: getattr(before, name)})


def _change(before, after, name):
    in_use = Room.objects.active().filter(floor__center=before.center_id)
    same = in_use.filter(**{name: getattr(before, name)})
    return Change(
        label=str(Room._meta.get_field(name).verbose_name),
        old=in_words(before, name),
        new=in_words(after, name),
        following=same.count(),
        keeping=[(room, in_words(room, name)) for room in in_use.exclude(pk__in=same.values("pk"))],
    )
