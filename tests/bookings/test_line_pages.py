"""The page of a line for staff: who stands in it and why, and a new order with a reason."""

import pytest

from activities.models import BookingMode, FreedPlace
from bookings import services
from bookings.models import Booking, LineFact, LineNote
from tests.bookings.booking import book_for
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import ActivityFactory, CenterFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def worker(center):
    return social_worker(center)


@pytest.fixture
def desk(worker):
    return at_the_desk(worker)


def a_line(center, *names, capacity=1, **activity):
    """A full session, whoever has it, and one waiting booking for each list of names."""
    activity = ActivityFactory(center=center, **activity)
    session = SessionFactory(activity=activity, capacity=capacity)
    had = book_for(*PersonFactory.create_batch(capacity), session=session)
    parties = [[PersonFactory(name=name) for name in party.split()] for party in names]
    return session, had, [book_for(*people, session=session) for people in parties]


def address(session):
    return f"/staff/sessions/{session.pk}/line/"


def post(desk, session, booking, to="front", reason="Was promised it"):
    data = {"booking": booking.pk, "where": to, "reason": reason}
    return desk.post(address(session), data)


def order(session):
    return list(Booking.objects.waiting().filter(session=session))


def test_it_says_who_waits_in_which_order_and_by_which_rules(desk, center):
    session, _had, _line = a_line(center, "Ana Bo", "Cy", smaller_may_pass=True)

    page = words(desk.get(address(session)))

    assert page.index("1. Ana, Bo") < page.index("2. Cy")
    assert "2 people" in page
    assert "the next that fits goes first" in page
    assert "given to the next in line at once" in page


def test_it_says_who_was_passed_and_why(desk, center):
    session, had, _line = a_line(center, "Ana Bo", "Cy", capacity=2, smaller_may_pass=True)
    services.cancel(had, by=had.booked_by, places=list(had.places.all()[:1]))

    page = words(desk.get(address(session)))

    assert "1 place was free on" in page
    assert "and 2 are needed: somebody behind went first" in page
    assert "Got a place" in page


def test_it_says_what_is_offered_to_whom_until_when(desk, center):
    session, had, [first, _second] = a_line(center, "Ana", "Bo", freed_place=FreedPlace.OFFERED)
    services.cancel(had, by=had.booked_by)
    first.refresh_from_db()

    page = words(desk.get(address(session)))

    assert page.index("held until") < page.index("1. Bo")
    assert "Only the time from 08:00 to 21:00 counts" in page
    assert LineNote.objects.get().fact == LineFact.OFFERED
    assert "Offered until" in page


def test_moving_somebody_keeps_the_reason_and_who_gave_it(desk, worker, center):
    session, _had, [a, b, c] = a_line(center, "Ana", "Bo", "Cy")

    answer = post(desk, session, c, to=b.pk)

    assert answer.url == address(session)
    assert order(session) == [a, c, b]
    note = LineNote.objects.get()
    assert (note.by, note.reason) == (worker, "Was promised it")
    page = words(desk.get(address(session)))
    assert "Moved from number 3 to 2: Was promised it" in page


@pytest.mark.parametrize(
    "wrong",
    [{"reason": ""}, {"reason": "  "}, {"where": "nowhere"}, {"where": ""}, {"reason": "x" * 201}],
)
def test_what_is_missing_is_asked_for_and_nothing_is_lost(desk, center, wrong):
    session, _had, line = a_line(center, "Ana", "Bo")
    data = {"booking": line[1].pk, "where": "front", "reason": "Was promised it"} | wrong

    answer = desk.post(address(session), data)

    assert answer.status_code == 422
    assert order(session) == line
    assert f'value="{line[1].pk}" selected' in answer.content.decode()


def test_whoever_is_not_in_this_line_is_not_moved(desk, center):
    session, had, _line = a_line(center, "Ana", "Bo")

    assert post(desk, session, had).status_code == 422


def test_where_they_stand_already_it_says_so(desk, center):
    session, _had, [a, _b] = a_line(center, "Ana", "Bo")

    answer = post(desk, session, a)

    assert answer.status_code == 409
    assert "They stand there already." in words(answer)
    assert "Was promised it" in words(answer)


def test_a_button_beside_each_chooses_whom_to_move(desk, center):
    session, _had, [_a, b] = a_line(center, "Ana", "Bo")

    page = desk.get(f"{address(session)}?move={b.pk}").content.decode()

    assert f'value="{b.pk}" selected' in page


@pytest.mark.parametrize("nonsense", ["x", "-1", "999999"])
def test_nobody_chosen_by_a_strange_address_is_nobody(desk, center, nonsense):
    session, _had, _line = a_line(center, "Ana", "Bo")

    assert desk.get(f"{address(session)}?move={nonsense}").status_code == 200


def test_one_alone_has_no_order_to_change(desk, center):
    session, _had, _line = a_line(center, "Ana")

    assert "Change the order" not in words(desk.get(address(session)))


def test_nobody_waits(desk, center):
    session, _had, _line = a_line(center)

    assert "Nobody is waiting." in words(desk.get(address(session)))


def test_a_course_has_its_own_page(desk, center):
    activity = ActivityFactory(center=center, booking_mode=BookingMode.COURSE)
    session = SessionFactory(activity=activity, capacity=1)
    for name in ("Zoe", "Ana", "Bo"):
        book_for(PersonFactory(name=name), activity=activity)
    course = f"/staff/activities/{activity.pk}/line/"

    assert desk.get(address(session)).url == course
    page = words(desk.get(course))
    assert page.index("1. Ana") < page.index("2. Bo")
    bo = Booking.objects.waiting().last()
    desk.post(course, {"booking": bo.pk, "where": "front", "reason": "Was promised it"})
    assert Booking.objects.waiting().first() == bo


def test_single_dates_have_no_line_of_a_course(desk, center):
    session, _had, _line = a_line(center)

    assert desk.get(f"/staff/activities/{session.activity_id}/line/").status_code == 404


def test_who_works_elsewhere_or_looks_on_finds_nothing(center):
    session, _had, [_a, b] = a_line(center, "Ana", "Bo")

    for stranger in (social_worker(CenterFactory()), district_office(center.district)):
        client = at_the_desk(stranger)
        assert client.get(address(session)).status_code == 404
        assert post(client, session, b).status_code == 404


def test_other_methods_are_refused(desk, center):
    session, _had, _line = a_line(center)

    assert desk.put(address(session)).status_code == 405


@pytest.mark.parametrize("count", [2, 12])
def test_it_costs_the_same_however_many_wait(desk, center, django_assert_num_queries, count):
    session, had, _line = a_line(
        center, *["Ana"] * count, freed_place=FreedPlace.OFFERED, smaller_may_pass=True
    )
    services.cancel(had, by=had.booked_by)
    desk.get(address(session))

    # Session, user, second step; where they work; the session; the line, its people and notes;
    # what happened, its bookings, their people and names; the center of the site, the header.
    with django_assert_num_queries(13):
        desk.get(address(session))
