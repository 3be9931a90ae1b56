"""How rooms of a center are booked, said from its real settings."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.spans import span
from venues.models import Room
from venues.rules_of_rooms import own, rules_of


def of_center(center):
    """[sentence]; none where no room can be booked."""
    rooms = Room.objects.active().filter(is_bookable=True, floor__center=center)
    rooms = list(rooms.select_related("floor__center__room_rules"))
    if not rooms:
        return []
    rules = rules_of(center)
    return [
        *_who(rules),
        *_groups(rules),
        *_when(rules),
        *_around(rules),
        _("Free of charge, and without a deposit."),
        *_otherwise(rooms),
    ]


def _who(rules):
    if rules.for_residents and rules.for_partners:
        yield _("Residents and partners book rooms online.")
    elif rules.for_residents:
        yield _("Residents book rooms online; partners ask at the desk.")
    elif rules.for_partners:
        yield _("Partners book rooms online; residents ask at the desk.")
    else:
        yield _("Rooms are booked at the desk.")
    if rules.youngest:
        yield _("Rooms are for people from %(age)s.") % {"age": rules.youngest}
    if not rules.by_approval:
        yield _("What is free is yours at once.")
        return
    yield _("The staff look at every request, and you are told.")
    if rules.requests_block:
        yield _("Until then the room is held for you.")


def _groups(rules):
    if rules.fewest_people:
        yield _("A room is for at least %(n)s people.") % {"n": rules.fewest_people}
    if rules.group_from and not rules.by_approval:
        yield _(
            "Groups of %(people)s or more ask %(days)s days ahead, and the staff look at it."
        ) % {
            "people": rules.group_from,
            "days": rules.group_days,
        }


def _when(rules):
    yield _("From %(shortest)s to %(longest)s at a time, up to %(days)s days ahead.") % {
        "shortest": span(rules.shortest_minutes),
        "longest": span(rules.longest_minutes),
        "days": rules.days_ahead,
    }
    if rules.per_month:
        yield ngettext(
            "One person can book rooms %(n)s time a month.",
            "One person can book rooms %(n)s times a month.",
            rules.per_month,
        ) % {"n": rules.per_month}


def _around(rules):
    if rules.setup_minutes or rules.cleanup_minutes:
        yield _(
            "Before and after, %(before)s and %(after)s minutes are kept for getting ready and "
            "tidying up."
        ) % {"before": rules.setup_minutes, "after": rules.cleanup_minutes}
    if rules.frees_after_minutes:
        yield _(
            "A room is free again when nobody has said that they are here %(minutes)s minutes "
            "after the start."
        ) % {"minutes": rules.frees_after_minutes}


def _otherwise(rooms):
    differing = [str(room) for room in rooms if own(room)]
    if differing:
        yield _("Some rooms do it differently, and their pages say how: %(rooms)s.") % {
            "rooms": ", ".join(differing)
        }
