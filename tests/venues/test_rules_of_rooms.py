import pytest

from tests.desk import at_the_desk, manager, words
from tests.factories import CenterFactory, FloorFactory, RoomFactory
from venues import rules_of_rooms
from venues.models import CenterRoomRules, Room
from venues.room_rules import RULES

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def center():
    return CenterFactory(slug="east")


@pytest.fixture
def rules(center):
    return CenterRoomRules.objects.create(center=center)


@pytest.fixture
def desk(center):
    return at_the_desk(manager(center))


def page(rules):
    return f"/admin/venues/centerroomrules/{rules.pk}/change/"


def typed(rules, **more):
    """The rules as the form sends them; what is off is not sent."""
    values = {name: getattr(rules, name) for name in RULES} | more
    return {
        name: "on" if value is True else value
        for name, value in values.items()
        if value is not None and value is not False
    }


def test_rooms_follow_where_they_said_the_same_and_keep_what_is_their_own(rules, center):
    follows = RoomFactory(floor__center=center)
    keeps = RoomFactory(floor__center=center, longest_minutes=60)
    elsewhere = RoomFactory()
    rules.longest_minutes, rules.by_approval = 180, True

    rules_of_rooms.change(rules)

    for room in (follows, keeps, elsewhere):
        room.refresh_from_db()
    assert (follows.longest_minutes, follows.by_approval) == (180, True)
    assert (keeps.longest_minutes, keeps.by_approval) == (60, True)
    assert (elsewhere.longest_minutes, elsewhere.by_approval) == (240, False)
    assert rules_of_rooms.own(keeps) == {"longest_minutes"}


def test_a_new_room_begins_with_the_rules_of_its_center(desk, rules, center):
    CenterRoomRules.objects.update(days_ahead=7)
    floor = FloorFactory(center=center)

    desk.post(
        "/admin/venues/room/add/",
        {"name": "Studio", "floor": floor.pk, "is_bookable": "on", "is_step_free": "on"},
    )

    assert Room.objects.get(name="Studio").days_ahead == 7


def test_a_change_is_shown_first_with_who_follows_and_then_written_down(desk, rules, center):
    RoomFactory(floor__center=center)
    keeps = RoomFactory(floor__center=center, longest_minutes=60, name="Studio")

    question = desk.post(page(rules), typed(rules, longest_minutes=180))
    assert "240 → 180" in words(question)
    assert "1 room says the same as before and follows." in words(question)
    assert "Studio</a> · 60" in words(question)

    desk.post(page(rules), typed(rules, longest_minutes=180, sure="1"))
    rules.refresh_from_db()
    keeps.refresh_from_db()
    assert (rules.longest_minutes, keeps.longest_minutes) == (180, 60)


def test_the_form_of_a_room_says_what_its_center_says(desk, rules, center):
    room = RoomFactory(floor__center=center, longest_minutes=60)

    assert "The center: 240" in words(desk.get(f"/admin/venues/room/{room.pk}/change/"))


def test_the_only_center_of_a_manager_is_opened_at_once(desk, center):
    answer = desk.get("/admin/venues/centerroomrules/")

    assert answer.url == page(center.room_rules)


def test_the_page_of_the_rules_tells_how_rooms_are_booked(client, rules, center):
    RoomFactory(floor__center=center)
    RoomFactory(floor__center=center, name="Studio", longest_minutes=60)

    shown = words(client.get("/centers/east/rules/", headers=ENGLISH))

    assert "Booking a room" in shown
    assert "What is free is yours at once." in shown
    assert "From 30 minutes to 4 hours at a time, up to 30 days ahead." in shown
    assert "Groups of 8 or more ask 3 days ahead" in shown
    assert "their pages say how: Studio." in shown


def test_where_no_room_is_booked_nothing_is_said_about_it(client, center):
    assert "Booking a room" not in words(client.get("/centers/east/rules/", headers=ENGLISH))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"for_partners": False}, "Residents book rooms online; partners ask at the desk."),
        ({"for_residents": False}, "Partners book rooms online; residents ask at the desk."),
        ({"by_approval": True}, "Until then the room is held for you."),
        ({"cleanup_minutes": 15}, "0 and 15 minutes are kept"),
        ({"youngest": 18, "fewest_people": 3}, "Rooms are for people from 18."),
        ({"youngest": 18, "fewest_people": 3}, "A room is for at least 3 people."),
        ({"frees_after_minutes": 15}, "15 minutes after the start."),
    ],
)
def test_each_rule_is_told_from_the_real_setting(client, rules, center, given, said):
    RoomFactory(floor__center=center)
    CenterRoomRules.objects.update(**given)

    assert said in words(client.get("/centers/east/rules/", headers=ENGLISH))
