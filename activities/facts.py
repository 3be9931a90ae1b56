"""Facts about activities and sessions, in a few words each."""

from django.utils.translation import gettext as _


def place(session):
    """4 楼 书画室, or wherever it is outside the center."""
    if not session.taking_id or not session.taking.room_id:
        return session.outside_place or _("Somewhere in the center")
    return place_of(session.taking.room)


def place_of(room):
    return _("Floor %(level)s %(room)s") % {"level": room.floor.level, "room": room.name}


def ages(activity):
    lowest, highest = activity.min_age, activity.max_age
    if lowest and highest:
        return _("Ages %(lowest)s–%(highest)s") % {"lowest": lowest, "highest": highest}
    if lowest:
        return _("From %(age)s years") % {"age": lowest}
    if highest:
        return _("Up to %(age)s years") % {"age": highest}
    return _("For everybody")


def fee(activity):
    """In the center's own words, else the amount; free is the rule."""
    if activity.fee_text:
        return activity.fee_text
    if not activity.fee_amount:
        return _("Free of charge")
    return f"¥{activity.fee_amount:f}".removesuffix(".00")
