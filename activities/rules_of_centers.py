"""An activity says what its center says, until somebody decides otherwise for it.

Every activity has all rules itself, so that nothing has to be looked up when a place is taken.
A new one begins with its center's rules; when a rule of the center changes, each activity that
said the same follows in the same transaction, and one that differs keeps its own.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from activities.booking_rules import RULES
from activities.models import Activity, CenterRules, Status
from venues.models import Center
from venues.rule_words import Change, in_words

# As the forms of centers and of activities show them.
GROUPS = [
    (
        gettext_lazy("When it is booked"),
        [
            "opens_days_before",
            "opens_at_time",
            ("closes_minutes_before", "cancel_minutes_before"),
            "reminder_hours",
        ],
    ),
    (
        gettext_lazy("Who comes first"),
        [
            "own_residents_days",
            ("desk_places", "desk_release_hours"),
            ("party_limit", "people_per_carer"),
            "overlaps",
        ],
    ),
    (
        gettext_lazy("Waitlist"),
        [
            ("has_waitlist", "smaller_may_pass"),
            "freed_place",
            "offer_minutes",
            "offer_from",
            "offer_to",
        ],
    ),
    (
        gettext_lazy("At the door"),
        [
            ("counts_no_shows", "late_cancel_counts"),
            "self_check_in",
            ("check_in_minutes_before", "check_in_minutes_after"),
            "pass_on_minutes",
            "is_fetched",
        ],
    ),
]


def rules_of(center: Center) -> CenterRules:
    """What is agreed on at this center; where nobody has decided yet, what we propose."""
    try:
        return center.rules
    except CenterRules.DoesNotExist:
        return CenterRules(center=center)


def begin(activity: Activity, *, but: Iterable[str] = ()) -> None:
    """Give a new activity the rules of its center, except those that were decided for it."""
    _say(activity, rules_of(activity.center), set(RULES).difference(but))


def move(activity: Activity) -> list[str]:
    """What is to be saved of an activity whose center is another one now.

    It follows the new center wherever it followed the old one.
    """
    old = Center.objects.get(activities=activity)
    if old == activity.center:
        return []
    before = rules_of(old)
    following = [name for name in RULES if getattr(activity, name) == getattr(before, name)]
    _say(activity, rules_of(activity.center), following)
    return following


def own(activity: Activity) -> set[str]:
    """The rules that were decided differently for this activity."""
    rules = rules_of(activity.center)
    return {name for name in RULES if getattr(activity, name) != getattr(rules, name)}


@transaction.atomic
def change(rules: CenterRules) -> None:
    """Write the rules of a center down; activities that said the same as before follow.

    What was said before is read under the lock: two who change rules at once wait for each
    other, and no activity is left behind.
    """
    before = CenterRules.objects.select_for_update(no_key=True).get(pk=rules.pk)
    for name in _changed(before, rules):
        _saying_the_same(before, name).update(**{name: getattr(rules, name)})
    rules.save()


def changes(rules: CenterRules) -> list[Change]:
    """What writing these rules down would change, to be shown first."""
    before = CenterRules.objects.get(pk=rules.pk)
    return [_change(before, rules, name) for name in _changed(before, rules)]


def make_missing(centers) -> None:
    """A row for each center that has none yet, with what was true of it anyway."""
    without = centers.filter(rules=None)
    CenterRules.objects.bulk_create(
        [CenterRules(center=center) for center in without], ignore_conflicts=True
    )


def _say(activity: Activity, rules: CenterRules, names: Iterable[str]) -> None:
    for name in names:
        setattr(activity, name, getattr(rules, name))


def _changed(before: CenterRules, after: CenterRules) -> list[str]:
    return [name for name in RULES if getattr(before, name) != getattr(after, name)]


def _saying_the_same(before: CenterRules, name: str) -> QuerySet[Activity]:
    return Activity.objects.filter(center=before.center_id, **{name: getattr(before, name)})


def _change(before: CenterRules, after: CenterRules, name: str) -> Change:
    in_use = Activity.objects.filter(center=before.center_id).exclude(status=Status.ARCHIVED)
    differing = in_use.exclude(**{name: getattr(before, name)})
    return Change(
        label=str(Activity._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
        old=in_words(before, name),
        new=in_words(after, name),
        following=in_use.filter(**{name: getattr(before, name)}).count(),
        keeping=[(activity, in_words(activity, name)) for activity in differing],
    )
