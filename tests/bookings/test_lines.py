from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import BookingMode, FreedPlace, Session
from bookings import lines, services, waitlist
from bookings.counting import drifts
from bookings.lines import END, FRONT, Line
from bookings.models import Booking, LineFact, LineNote, Status
from bookings.services import BookingRefused
from tests.bookings.booking import book_for, carer
from tests.factories import ActivityFactory, PersonFactory, SessionFactory

pytestmark = pytest.mark.django_db


def party(size=1, session=None, **more):
    return book_for(*PersonFactory.create_batch(size), session=session, **more)


def a_line(*sizes, capacity=2, **activity):
    session = SessionFactory(
        capacity=capacity, **{f"activity__{name}": value for name, value in activity.items()}
    )
    return session, party(capacity, session), [party(size, session) for size in sizes]


def move(booking, to, **more):
    lines.move(booking, to=to, by=carer(), reason="Was promised it by phone", **more)


def order(session):
    return list(Booking.objects.waiting().filter(session=session))


def refused_moving(booking, to):
    with pytest.raises(BookingRefused) as no:
        move(booking, to)
    return no.value.reason.code


def test_to_the_front():
    session, _had, [a, b, c] = a_line(1, 1, 1)

    move(c, FRONT)

    assert order(session) == [c, a, b]


def test_to_the_end():
    session, _had, [a, b, c] = a_line(1, 1, 1)

    move(a, END)

    assert order(session) == [b, c, a]


@pytest.mark.parametrize(("who", "before", "then"), [(0, 2, "bac"), (2, 1, "acb"), (2, 0, "cab")])
def test_before_another(who, before, then):
    session, _had, line = a_line(1, 1, 1)
    named = dict(zip("abc", line, strict=True))

    move(line[who], line[before])

    assert order(session) == [named[each] for each in then]


def test_the_numbers_stay_those_of_the_line():
    session, _had, [a, b, c] = a_line(1, 1, 1)
    had = [each.queue_no for each in (a, b, c)]

    move(c, FRONT)

    assert [each.queue_no for each in order(session)] == had
    assert party(1, session).queue_no > max(had)


def test_everybody_is_told_the_same_position_everywhere():
    session, _had, line = a_line(1, 1, 1, 1)

    move(line[3], line[1])

    for booking in Booking.objects.with_position():
        assert booking.position == waitlist.position(booking)
    assert [waitlist.position(each) for each in order(session)] == [1, 2, 3, 4]


def test_the_reason_is_kept_with_who_and_from_where_to_where():
    _session, _had, [a, b, c] = a_line(1, 1, 1)
    staff = carer()

    lines.move(c, to=FRONT, by=staff, reason="Was promised it by phone")

    note = LineNote.objects.get()
    assert (note.booking, note.fact, note.by, note.reason) == (
        c,
        LineFact.MOVED,
        staff,
        "Was promised it by phone",
    )
    assert note.facts == {"from": 3, "to": 1, "passed": [a.pk, b.pk]}


def test_whoever_is_moved_back_passes_nobody():
    _session, _had, [a, _b, _c] = a_line(1, 1, 1)

    move(a, END)

    assert LineNote.objects.get().facts == {"from": 1, "to": 3, "passed": []}


def test_whoever_is_now_first_and_fits_is_served_at_once():
    _session, had, [three, one] = a_line(3, 1, capacity=3)
    services.cancel(had, by=had.booked_by, places=list(had.places.all()[:1]))

    move(one, FRONT)

    one.refresh_from_db()
    three.refresh_from_db()
    assert (one.status, three.status) == (Status.CONFIRMED, Status.WAITING)
    assert drifts() == []


def test_what_came_free_before_is_for_whoever_was_next_then():
    session, had, line = a_line(1, 1, 1, 1, capacity=1, freed_place=FreedPlace.OFFERED)
    a, b, c, d = line
    services.cancel(had, by=had.booked_by)
    a.refresh_from_db()

    # Nobody has swept; the first offer has lapsed, and the place is the second one's.
    move(d, FRONT, at=a.offer_expires_at + timedelta(minutes=1))

    statuses = [Booking.objects.get(pk=each.pk).status for each in (a, b)]
    assert statuses == [Status.LAPSED, Status.OFFERED]
    assert order(session) == [d, c]


def test_a_course_has_an_order_of_its_own():
    activity = ActivityFactory(booking_mode=BookingMode.EITHER)
    session = SessionFactory(activity=activity, capacity=1)
    party(1, session)
    single = party(1, session)
    first, second = party(activity=activity), party(activity=activity)

    move(second, FRONT)

    assert order(None) == [second, first]
    assert order(session) == [single]
    assert waitlist.position(single) == 1


def test_whoever_does_not_wait_is_not_moved():
    _session, had, [a, _b] = a_line(1, 1)

    assert refused_moving(had, FRONT) == "line_has_changed"
    assert refused_moving(a, had) == "line_has_changed"
    assert not LineNote.objects.exists()


def test_nobody_is_moved_before_somebody_of_another_line():
    _session, _had, [_a, b] = a_line(1, 1)
    _other, _had_too, [stranger] = a_line(1)

    assert refused_moving(b, stranger) == "line_has_changed"


@pytest.mark.parametrize(("who", "to"), [(0, FRONT), (1, END), (0, 1), (1, 1)])
def test_where_they_stand_already_nothing_is_noted(who, to):
    _session, _had, line = a_line(1, 1)

    to = line[to] if isinstance(to, int) else to

    assert refused_moving(line[who], to) == "stands_there"
    assert not LineNote.objects.exists()


def test_a_line_knows_who_waits_who_is_asked_and_what_happened():
    session, had, [a, b] = a_line(1, 1, capacity=1, freed_place=FreedPlace.OFFERED)
    services.cancel(had, by=had.booked_by)
    a.refresh_from_db()

    line = Line(session.activity, session)
    late = Line(session.activity, session, at=a.offer_expires_at)

    assert (line.waiting, line.offered) == ([b], [a])
    assert [note.fact for note in line.notes] == [LineFact.OFFERED]
    assert late.offered == []


def test_an_order_that_was_drawn_by_lot_stays_as_it_is():
    session, _had, [a, b] = a_line(1, 1)
    Session.objects.update(drawn_at=timezone.now())
    b.refresh_from_db()

    assert refused_moving(b, FRONT) == "drawn_by_lot"
    assert order(session) == [a, b]
