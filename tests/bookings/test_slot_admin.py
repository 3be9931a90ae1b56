"""Fixed times of partners at the staff's desk."""

from datetime import timedelta

import pytest

from partners.models import Agreement, StandingSlot
from tests.bookings.test_room_series import FIRST, a_hall, week
from tests.bookings.test_rooms import book
from tests.bookings.test_standing_slots import agreed
from tests.desk import at_the_desk, social_worker, words
from tests.factories import CenterFactory, PartnerMemberFactory, RoomFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/partners/standingslot/"


@pytest.fixture
def room():
    return a_hall()


@pytest.fixture
def desk(room):
    return at_the_desk(social_worker(room.center))


@pytest.fixture
def typed(room):
    agreement = Agreement.objects.create(
        partner=PartnerMemberFactory().partner,
        center=room.center,
        title="Together",
        starts_on=FIRST,
        ends_on=FIRST + timedelta(weeks=3),
    )
    return {
        "agreement": agreement.pk,
        "room": room.pk,
        "purpose": "Rehearsal",
        "weekdays": [FIRST.isoweekday()],
        "starts_at": "14:00",
        "ends_at": "18:00",
        "first_day": f"{FIRST:%Y-%m-%d}",
        "last_day": "",
        "rhythm": "1",
    }


def seen(page):
    return page.context["form"].seen


def test_the_dates_are_shown_before_the_room_is_held(room, desk, typed):
    book(room, week(1, 15), week(1, 16))

    assert desk.get(f"{LIST}add/").status_code == 200
    shown = desk.post(f"{LIST}add/", typed | {"preview": "1"})
    assert "The room can be held on 3 dates" in words(shown)
    assert not StandingSlot.objects.exists()
    unseen = desk.post(f"{LIST}add/", typed | {"save": "1", "seen": "other"})
    assert unseen.status_code == 422
    made = desk.post(f"{LIST}add/", typed | {"save": "1", "seen": seen(shown)}, follow=True)

    slot = StandingSlot.objects.get()
    assert slot.dates.held().count() == 3
    assert "left out" in words(made)
    assert "3 dates to come" in words(desk.get(LIST))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"first_day": "2020-01-01"}, "first_day"),
        ({"last_day": "2999-01-01"}, "last_day"),
        ({"ends_at": "13:00"}, "__all__"),
        ({"rhythm": "month"}, "nth_of_month"),
        ({"purpose": ""}, "purpose"),
        ({"agreement": "9999"}, "agreement"),
        ({"room": "elsewhere"}, "room"),
    ],
)
def test_wrong_input_stands_beside_its_field(desk, typed, wrong, field):
    if wrong.get("room"):
        wrong = {"room": RoomFactory(floor__center=CenterFactory()).pk}

    page = desk.post(f"{LIST}add/", typed | wrong | {"preview": "1"})

    assert page.status_code == 422
    assert field in page.context["form"].errors


def test_ending_asks_first_and_gives_the_room_back(room, desk):
    slot = agreed(room, PartnerMemberFactory())

    assert desk.get(f"{LIST}{slot.pk}/end/").status_code == 200
    assert slot.dates.held().count() == 4
    desk.post(f"{LIST}{slot.pk}/end/")
    assert slot.dates.held().count() == 0
    assert desk.post(f"{LIST}{slot.pk}/end/", follow=True).status_code == 200


def test_staff_of_another_house_agree_on_nothing_here(room, typed):
    slot = agreed(room, PartnerMemberFactory())
    elsewhere = at_the_desk(social_worker(CenterFactory()))

    assert elsewhere.post(f"{LIST}{slot.pk}/end/").status_code == 404
    assert elsewhere.post(f"{LIST}add/", typed | {"preview": "1"}).status_code == 422
