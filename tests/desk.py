"""People at the staff's desk, for tests."""

from django.test import Client

from tests.factories import CenterFactory, StaffMemberFactory, UserFactory
from venues.models import StaffRole


def social_worker(center=None, **user):
    return _staff(StaffRole.SOCIAL_WORKER, center, user)


def manager(center=None, **user):
    return _staff(StaffRole.MANAGER, center, user)


def district_office(district, **user):
    """Somebody who looks on."""
    user = UserFactory(is_staff=True, **user)
    StaffMemberFactory(user=user, center=None, district=district, role=StaffRole.DISTRICT)
    return user


def superuser():
    return UserFactory(is_staff=True, is_superuser=True)


def _staff(role, center, user):
    user = UserFactory(is_staff=True, **user)
    StaffMemberFactory(user=user, center=center or CenterFactory(), role=role)
    return user


def at_the_desk(user):
    """A browser of somebody who is signed in, and reads English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def words(response):
    return " ".join(response.content.decode().split())


def rules_typed(**more):
    """The rules as a form of the desk sends them: those of a center that never changed any."""
    return {
        "opens_days_before": "",
        "opens_at_time": "09:00",
        "closes_minutes_before": "0",
        "cancel_minutes_before": "120",
        "reminder_hours": "24,2",
        "own_residents_days": "0",
        "desk_places": "0",
        "desk_release_hours": "24",
        "party_limit": "5",
        "people_per_carer": "",
        "overlaps": "rule",
        "has_waitlist": "on",
        "freed_place": "given",
        "offer_minutes": "120",
        "offer_from": "08:00",
        "offer_to": "21:00",
        "counts_no_shows": "on",
        "self_check_in": "on",
        "check_in_minutes_before": "30",
        "check_in_minutes_after": "15",
        "pass_on_minutes": "",
    } | more
