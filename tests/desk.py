"""People at the staff's desk, for tests."""

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
