"""What guests of a meeting are told: one notice for each member who acts for them."""

from notices.services import leave_all, write
from partners.models import PartnerMember, PartnerStatus


def tell_guests(meeting, guests, fact, *, about, expires_at=None, **more):
    """Leave the notice `partners/<fact>` for whoever acts for these guests.

    `about` names in the key what is told, such as a moment: once for each. Two statements,
    however many guests. `more` is what the message file may say.
    """
    guests = list(guests)
    by_partner = acting_for([guest.partner_id for guest in guests])
    leave_all(
        write(
            f"partners/{fact}",
            key=f"meeting-{meeting.pk}-{fact}-{about}-{guest.pk}-{user.pk}",
            to=user,
            context=_facts(meeting) | {"partner": guest.partner.name} | more,
            link=f"/partner/meetings/{guest.pk}/",
            expires_at=expires_at,
        )
        for guest in guests
        for user in by_partner.get(guest.partner_id, [])
    )


def acting_for(partners):
    """{id of a partner: its members}; only of partners that are active."""
    found = {}
    acting = PartnerMember.objects.acting().filter(
        partner__in=partners, partner__status=PartnerStatus.ACTIVE
    )
    for member in acting.select_related("user"):
        found.setdefault(member.partner_id, []).append(member.user)
    return found


def _facts(meeting):
    return {
        "title": meeting.title,
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "place": meeting.place,
        "center": meeting.center.name,
        "phone": meeting.center.phone,
    }
