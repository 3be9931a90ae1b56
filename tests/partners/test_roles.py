"""What the members of a partner may do: managers and posters act, viewers look on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import Status
from bookings.models import RoomBooking, RoomSeries
from partners.models import PartnerMember, PartnerStatus, Role
from tests.desk import at_the_desk, words
from tests.factories import ActivityFactory, PartnerMemberFactory, RoomFactory
from tests.partners.slots import a_slot_date

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return RoomFactory(is_bookable=True, for_partners=True, for_residents=True)


@pytest.fixture
def house(room):
    """A manager with a draft, a room and a fixed time, and what a member may open of each."""
    member = PartnerMemberFactory(role=Role.MANAGER)
    member.partner.centers.add(room.center)
    draft = ActivityFactory(
        partner=member.partner, center=room.center, status=Status.DRAFT, description="A", wish="B"
    )
    tomorrow = timezone.now() + timedelta(days=1)
    span = {"starts_at": tomorrow, "ends_at": tomorrow + timedelta(hours=1), "headcount": 2}
    booking = RoomBooking.objects.create(
        room=room, partner=member.partner, booked_by=member.user, **span
    )
    series = RoomSeries.objects.create(
        room=room,
        partner=member.partner,
        booked_by=member.user,
        headcount=2,
        weekdays=[1],
        first_day=tomorrow.date(),
        last_day=tomorrow.date(),
        starts_at="10:00",
        ends_at="11:00",
    )
    date = a_slot_date(room, member.partner)
    return {
        "partner": member.partner,
        "looked at": [
            f"/partner/{member.partner.pk}/",
            f"/partner/activities/{draft.pk}/",
            f"/rooms/bookings/{booking.reference}/",
            f"/rooms/series/{series.reference}/",
            "/rooms/slots/",
        ],
        "acted on": [
            ("get", f"/partner/{member.partner.pk}/post/"),
            ("get", f"/partner/activities/{draft.pk}/edit/"),
            ("post", f"/partner/activities/{draft.pk}/submit/"),
            ("get", f"/rooms/bookings/{booking.reference}/change/"),
            ("post", f"/rooms/bookings/{booking.reference}/cancel/"),
            ("post", f"/rooms/series/{series.reference}/cancel/"),
            ("post", f"/rooms/slots/{date.pk}/keep/"),
            ("post", f"/rooms/slots/{date.pk}/release/"),
        ],
    }


def member_of(partner, role):
    return at_the_desk(PartnerMemberFactory(partner=partner, role=role).user)


def answers(browser, house):
    return [getattr(browser, way)(address).status_code for way, address in house["acted on"]]


def test_a_viewer_sees_everything_and_changes_nothing(house):
    viewer = member_of(house["partner"], Role.VIEWER)

    assert [viewer.get(address).status_code for address in house["looked at"]] == [200] * 5
    assert set(answers(viewer, house)) == {404}


def test_a_viewer_is_offered_no_button(house):
    viewer = member_of(house["partner"], Role.VIEWER)
    shown = " ".join(words(viewer.get(address)) for address in house["looked at"])

    for _way, address in house["acted on"]:
        assert f'"{address}"' not in shown


@pytest.mark.parametrize("role", [Role.MANAGER, Role.POSTER])
def test_who_posts_may_do_all_of_it(house, role):
    assert 404 not in answers(member_of(house["partner"], role), house)


def test_a_viewer_books_no_room_for_the_partner(house, room):
    viewer = member_of(house["partner"], Role.VIEWER)

    assert f"partner-{house['partner'].pk}" not in words(viewer.get(f"/rooms/{room.pk}/"))


def test_whoever_has_left_sees_nothing_of_it_any_more(house):
    browser = member_of(house["partner"], Role.MANAGER)
    PartnerMember.objects.update(ended_at=timezone.now())

    assert {browser.get(address).status_code for address in house["looked at"]} == {404}


def test_whoever_has_left_sees_no_room_that_they_booked_for_it(house):
    booking = RoomBooking.objects.get()
    PartnerMember.objects.filter(user=booking.booked_by).update(ended_at=timezone.now())

    assert not RoomBooking.objects.visible_to(booking.booked_by).exists()


def test_members_of_a_suspended_partner_lose_the_desk(house):
    browser = member_of(house["partner"], Role.MANAGER)
    house["partner"].status = PartnerStatus.SUSPENDED
    house["partner"].save()

    assert {browser.get(address).status_code for address in house["looked at"]} == {404}
    assert set(answers(browser, house)) == {404}


def test_a_room_of_a_partner_stays_its_own(house):
    other = member_of(PartnerMemberFactory().partner, Role.MANAGER)

    assert set(answers(other, house)) == {404}
    assert RoomBooking.objects.alive().count() == 1
