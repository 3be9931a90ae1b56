"""Why somebody waits, in words for whom it is about; always as of the moment it is asked."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from activities.models import BookingMode, FreedPlace
from bookings import lines, services, waitlist
from bookings.lines import FRONT
from bookings.models import Booking
from bookings.standing import Standing
from bookings.summaries import Summary
from tests.bookings.booking import book_for, carer
from tests.factories import ActivityFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def party(size=1, session=None, **more):
    return book_for(*PersonFactory.create_batch(size), session=session, **more)


def a_line(*sizes, capacity=3, kept=0, **activity):
    session = SessionFactory(
        capacity=capacity + kept,
        places_kept=kept,
        **{f"activity__{name}": value for name, value in activity.items()},
    )
    return session, party(capacity, session), [party(size, session) for size in sizes]


def give_back(booking, people=1):
    services.cancel(booking, by=booking.booked_by, places=list(booking.places.all()[:people]))


def standing(booking, at=None):
    fresh = Booking.objects.for_pages(booking.booked_by).get(pk=booking.pk)
    return Standing(Summary(fresh, at=at))


def told(booking, at=None):
    return [words for _at, words in standing(booking, at).history]


def test_nothing_is_free():
    _session, _had, [one] = a_line(1)

    assert standing(one).now == "No place is free right now."


def test_too_little_is_free_for_all_of_them():
    _session, had, [three] = a_line(3)
    give_back(had)

    assert standing(three).now == ("1 place is free right now, and you need 3: you stay together.")


def test_enough_is_free_but_the_order_is_strict():
    _session, had, [_three, one] = a_line(3, 1)
    give_back(had, 2)

    assert standing(one).now == (
        "2 places are free right now, but whoever is before you needs more, and the order is "
        "strict."
    )


def test_what_the_desk_keeps_is_said():
    _session, _had, [one] = a_line(1, kept=2)

    assert standing(one).now == (
        "No place is free right now. The desk keeps 2 more places for people who call or come by."
    )


def test_after_closing_no_place_passes_on():
    session, _had, [one] = a_line(1)

    assert standing(one, at=session.booking_closes_at).now.startswith("Booking has closed")


def test_a_course_needs_a_place_on_every_date():
    activity = ActivityFactory(booking_mode=BookingMode.EITHER)
    start = timezone.now() + timedelta(days=3)
    _first, second = [
        SessionFactory(activity=activity, capacity=1, starts_at=start + timedelta(days=n))
        for n in range(2)
    ]
    party(1, second)
    course = party(activity=activity)

    why = standing(course)

    assert why.now.startswith("No place is free right now on ")
    assert str(timezone.localtime(second.starts_at).day) in why.now
    assert why.rules[-1].startswith("The whole course needs a place on every date")


def test_a_lapsed_offer_counts_as_free_though_nobody_swept():
    _session, had, [first, second] = a_line(3, 1, freed_place=FreedPlace.OFFERED)
    give_back(had, 3)
    first.refresh_from_db()

    before = standing(second, at=first.offer_expires_at - timedelta(seconds=1))
    after = standing(second, at=first.offer_expires_at)

    assert before.now == "No place is free right now."
    assert after.now == "3 places are free right now, and passed on within a minute or two."
    assert waitlist.position(second) == 1


def test_being_passed_is_told_once_with_how_often():
    session, had, [three] = a_line(3, smaller_may_pass=True)
    give_back(had, 2)
    for _ in range(2):
        party(1, session)

    [words] = told(three)

    assert "1 place was free on" in words
    assert words.endswith("and 3 are needed: somebody behind went first. In all 2 times.")


def test_being_moved_is_told_with_the_reason():
    _session, _had, [_a, b] = a_line(1, 1)
    lines.move(b, to=FRONT, by=carer(), reason="Was promised it by phone")

    assert told(b) == ["Moved from number 2 to 1: Was promised it by phone"]


def test_whoever_stood_before_is_told_without_the_reason():
    _session, _had, [a, b, c] = a_line(1, 1, 1)
    lines.move(b, to=FRONT, by=carer(), reason="Was promised it by phone")

    assert told(a) == ["The desk put somebody before you, for a reason that it has written down."]
    assert told(c) == []


def test_an_offer_that_was_not_answered_is_told_afterwards():
    _session, had, [one] = a_line(1, freed_place=FreedPlace.OFFERED)
    give_back(had)
    one.refresh_from_db()
    waitlist.settle_due(at=one.offer_expires_at)

    lapsed, offered = told(one)

    assert lapsed.startswith("Not answered by")
    assert offered.startswith("Offered until")


@pytest.mark.parametrize(
    ("activity", "said"),
    [
        ({}, "given to the next in line at once"),
        ({}, "It goes strictly in order"),
        ({"smaller_may_pass": True}, "the next that fits goes first"),
        ({"freed_place": FreedPlace.OFFERED}, "2 hours to answer"),
        ({"freed_place": FreedPlace.OFFERED, "offer_minutes": 45}, "45 minutes to answer"),
    ],
)
def test_it_says_which_rules_hold(activity, said):
    _session, _had, [one] = a_line(1, **activity)

    assert said in " ".join(standing(one).rules)


def test_the_page_of_a_booking_that_waits_says_why(client):
    _session, had, [three] = a_line(3, smaller_may_pass=True)
    give_back(had)
    client.force_login(three.booked_by)

    page = client.get(f"/bookings/{three.reference}/", headers={"accept-language": "en"})

    words = page.content.decode()
    assert "1 place is free right now, and you need 3: you stay together." in words
    assert "the next that fits goes first" in words


@pytest.mark.parametrize("freed", FreedPlace.values)
def test_the_page_of_a_booking_that_waits_costs_a_handful_of_statements(
    client, django_assert_num_queries, freed
):
    _session, _had, [three] = a_line(3, freed_place=freed)
    client.force_login(three.booked_by)
    client.get(f"/bookings/{three.reference}/")

    # As for any booking, and its position; what was noted on it and on who was put before it;
    # where places are offered, what has lapsed.
    with django_assert_num_queries(10 if freed == FreedPlace.OFFERED else 9):
        client.get(f"/bookings/{three.reference}/")
