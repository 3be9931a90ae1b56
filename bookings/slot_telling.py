"""What partners are told and asked about their standing slots: one notice for each member."""

from itertools import groupby

from django.contrib.auth import get_user_model

from notices.services import leave_all, write

LINK = "/rooms/slots/"


def ask(dates, *, at, until):
    """Will they use these? `until` says of a date by when they may answer."""
    for partner, mine in _by_partner(dates):
        first = min(until(each) for each in mine)
        _tell(partner, mine, "slot_asked", at=at, until_at=first.isoformat())


def tell_released(dates, *, at, fact, **more):
    for partner, mine in _by_partner(dates):
        _tell(partner, mine, fact, at=at, **more)


def _by_partner(dates):
    def partner_of(date):
        return date.slot.partner

    ordered = sorted(dates, key=lambda each: (partner_of(each).pk, each.starts_at))
    return [(partner, list(mine)) for partner, mine in groupby(ordered, key=partner_of)]


def _tell(partner, dates, fact, *, at, **more):
    center = dates[0].slot.room.floor.center
    members = get_user_model().objects.filter(
        is_active=True,
        partner_memberships__partner=partner,
        partner_memberships__ended_at=None,
    )
    ids = "-".join(str(each.pk) for each in dates[:3])
    context = {
        "partner": partner.name,
        "center": center.name,
        "phone": center.phone,
        "dates": [
            {
                "starts_at": each.starts_at.isoformat(),
                "ends_at": each.ends_at.isoformat(),
                "room": each.slot.room.name,
                "purpose": each.slot.purpose,
            }
            for each in dates
        ],
    }
    leave_all(
        write(
            f"bookings/{fact}",
            key=f"{fact}-{partner.pk}-{ids}-{at.isoformat()}-{user.pk}",
            to=user,
            context=context | more,
            link=LINK,
        )
        for user in members.distinct()
    )
