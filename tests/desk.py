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
