"""Offers, the line and its order, with many at once, and the same without the lock."""

from datetime import timedelta
from functools import partial

import pytest

from activities.models import FreedPlace, Session
from bookings import changes, lines, offer_links, services, waitlist
from bookings.counting import drifts
from bookings.lines import END, FRONT
from bookings.models import Booking, LineFact, LineNote, Status
from bookings.services import BookingRefused
from notices.models import Notice
from tests.bookings.booking import book_for, carer
from tests.bookings.test_races import outcome, rivals, the_row
from tests.factories import PersonFactory, SessionFactory
from tests.races import together, while_held

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

TAPS = 4


def a_line(waiting, capacity=1, **activity):
    """(a full session, who has it, parties of one that wait)."""
    session = SessionFactory(
        capacity=capacity, **{f"activity__{name}": value for name, value in activity.items()}
    )
    had = book_for(*PersonFactory.create_batch(capacity), session=session)
    return session, had, [book_for(PersonFactory(), session=session) for _ in range(waiting)]


def an_offer(behind=1):
    """(the session, an offer, who waits behind it)."""
    session, had, [first, *others] = a_line(1 + behind, freed_place=FreedPlace.OFFERED)
    services.cancel(had, by=had.booked_by)
    first.refresh_from_db()
    return session, first, others


def rows_of(*bookings):
    return Booking.objects.filter(pk__in=[each.pk for each in bookings])


def accepted_and_given_on(offer, behind):
    """Some accept in the last moment, for others it has passed: (was accepted, went on)."""
    deadline = offer.offer_expires_at
    accept = partial(services.accept, offer, by=offer.booked_by, at=deadline - timedelta(seconds=1))
    calls = [accept, partial(waitlist.settle_due, at=deadline)] * TAPS
    with while_held(rows_of(offer), *calls) as answers:
        pass
    behind.refresh_from_db()
    return isinstance(answers[0], Booking), behind.status == Status.OFFERED


def test_an_offer_is_accepted_or_given_on_never_both():
    _session, offer, [behind] = an_offer()

    assert sorted(accepted_and_given_on(offer, behind)) == [False, True]
    assert drifts() == []


def test_control_without_the_lock_it_is_accepted_and_given_on(unlocked):
    _session, offer, [behind] = an_offer()

    assert accepted_and_given_on(offer, behind) == (True, True)


def accepted_by_link_and_signed_in(offer, client):
    link = offer_links.link_to(offer)
    client.get(link)  # Whoever is first waits for more than for rows.
    by_link = partial(client.post, link, {"answer": "accept"})
    signed_in = partial(services.accept, offer, by=offer.booked_by)
    with while_held(rows_of(offer), *[by_link, signed_in] * TAPS) as answers:
        pass
    return answers


def test_an_offer_is_accepted_once_by_link_and_signed_in(client):
    _session, offer, _line = an_offer(behind=0)

    answers = accepted_by_link_and_signed_in(offer, client)

    assert [each.status_code for each in answers[::2]] == [302] * TAPS
    assert outcome(answers[1::2]) == {Status.CONFIRMED: TAPS}
    assert offer.line_notes.filter(fact=LineFact.SERVED).count() == 1
    assert Notice.objects.filter(key__startswith=f"booking-{offer.pk}-confirmed-").count() == 1
    assert drifts() == []


def test_control_without_the_lock_everybody_accepts_it(unlocked, client):
    _session, offer, _line = an_offer(behind=0)

    accepted_by_link_and_signed_in(offer, client)

    assert offer.line_notes.filter(fact=LineFact.SERVED).count() == 2 * TAPS


def everybody_to_the_front(line):
    """Each of them is put to the front or the end, by staff who saw the same order."""
    calls = [
        partial(lines.move, each, to=to, by=carer(), reason="As agreed")
        for each, to in zip(line, [END, FRONT] * TAPS, strict=True)
    ]
    with while_held(rows_of(*line), *calls) as answers:
        pass
    return answers


def numbers():
    return list(Booking.objects.waiting().values_list("queue_no", flat=True))


def test_two_orders_at_once_leave_one():
    _session, _had, line = a_line(2 * TAPS)
    before = numbers()

    everybody_to_the_front(line)

    assert numbers() == before
    assert notes_agree(line)


def notes_agree(line):
    """Whether each note was true when it was written, and all of them lead to the order now."""
    order = [each.pk for each in line]
    for note in LineNote.objects.filter(fact=LineFact.MOVED).order_by("pk"):
        if order.index(note.booking_id) + 1 != note.facts["from"]:
            return False
        order.remove(note.booking_id)
        order.insert(note.facts["to"] - 1, note.booking_id)
    return order == list(Booking.objects.waiting().values_list("pk", flat=True))


def test_control_without_the_lock_one_order_overwrites_the_other(unlocked):
    _session, _had, line = a_line(2 * TAPS)

    everybody_to_the_front(line)

    assert LineNote.objects.count() == 2 * TAPS
    assert not notes_agree(line)


def reordered_while_places_are_given_back(line):
    """Staff put the last ones to the front while all places are given back."""
    had = Booking.objects.confirmed()
    calls = [partial(services.cancel, each, by=each.booked_by) for each in had]
    calls += [
        partial(lines.move, each, to=FRONT, by=carer(), reason="As agreed") for each in line[-4:]
    ]
    with while_held(Booking.objects.all(), *calls) as answers:
        pass
    return answers


def a_session_of_four_with_a_line():
    session = SessionFactory(capacity=4)
    for _ in range(4):
        book_for(PersonFactory(), session=session)
    return [book_for(PersonFactory(), session=session) for _ in range(8)]


def test_a_new_order_and_freed_places_leave_the_line_in_order():
    line = a_session_of_four_with_a_line()

    answers = reordered_while_places_are_given_back(line)

    # Whoever got a place before staff came to them is not moved any more.
    assert all(isinstance(each, Booking | BookingRefused | None) for each in answers)
    assert drifts() == []
    assert len(set(numbers())) == len(numbers()) == 4
    served = rows_of(*line).confirmed()
    assert served.count() == 4


def test_control_without_the_lock_freed_places_are_given_twice(unlocked):
    line = a_session_of_four_with_a_line()

    reordered_while_places_are_given_back(line)

    assert drifts() != []


def raised_while_newcomers_book(session):
    """One place more, by several taps, while newcomers who saw it full are on their way."""
    raise_it = partial(changes.set_capacity, session, session.capacity + 1)
    newcomers = rivals(Session.objects.get(pk=session.pk), 8)
    with while_held(the_row(session), *[raise_it] * TAPS, *newcomers) as answers:
        pass
    return outcome(answers[TAPS:])


def test_a_place_that_is_added_is_the_line_s():
    session, _had, [first, second] = a_line(2)

    assert raised_while_newcomers_book(session) == {Status.WAITING: 8}
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (Status.CONFIRMED, Status.WAITING)
    assert drifts() == []


def test_control_without_the_lock_it_is_given_twice(unlocked):
    session, _had, _line = a_line(2)

    raised_while_newcomers_book(session)

    assert drifts() != []


def test_many_answers_to_many_offers_at_once_leave_everything_in_order(client):
    session, had, line = a_line(4, capacity=4, freed_place=FreedPlace.OFFERED)
    services.cancel(had, by=had.booked_by)
    offers = Booking.objects.offered().in_bulk([each.pk for each in line])
    calls = [
        partial(client.post, offer_links.link_to(each), {"answer": answer})
        for each in offers.values()
        for answer in ("accept", "decline")
    ]

    together(*calls, *rivals(session, 4))

    assert drifts() == []
    # Whoever was asked has answered; what was declined is offered to whoever came meanwhile.
    assert not rows_of(*line).offered().exists()
