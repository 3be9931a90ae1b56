"""Draws for tests: prepared, closed, typed in and held, at moments that are said."""

from datetime import time, timedelta

from django.utils import timezone

from activities.models import Allocation
from bookings import draw_plans, draws
from bookings.draw_plans import Plan
from bookings.models import Draw
from tests.bookings.booking import book_for
from tests.factories import ActivityFactory, PersonFactory, SessionFactory, UserFactory

EVENING = Plan("The lottery of that evening", 1, closes=time(18), number_out=time(21, 30))
NUMBER = "05 12 19 23 31"


def session_to_draw(*, plan=EVENING, activity=None, prepared=True, **session):
    """Far enough ahead that one can apply for days; where it is not said, of an own activity."""
    rules = {
        name.removeprefix("activity__"): session.pop(name)
        for name in list(session)
        if name.startswith("activity__")
    }
    activity = activity or ActivityFactory(allocation=Allocation.DRAW, **rules)
    starts_at = session.pop("starts_at", timezone.now() + timedelta(days=9))
    session = SessionFactory(activity=activity, starts_at=starts_at, **session)
    if prepared:
        draw_plans.prepare(activity, plan, session=session)
        session.refresh_from_db()
    return session


def course_to_draw(dates=3, *, plan=EVENING, capacity=10, prepared=True, **activity):
    """A course on days in a row."""
    course = ActivityFactory(allocation=Allocation.DRAW, booking_mode="course", **activity)
    first = timezone.now() + timedelta(days=9)
    for day in range(dates):
        starts_at = first + timedelta(days=day)
        SessionFactory(activity=course, capacity=capacity, starts_at=starts_at)
    if prepared:
        draw_plans.prepare(course, plan)
    return course


def draw_of(session=None, activity=None):
    draws_of = Draw.objects.of(activity or session.activity).select_related("activity__center")
    return draws_of.get(session=session)


def apply_for(session=None, *sizes, activity=None):
    """A booking for each party of so many new people."""
    return [
        book_for(*PersonFactory.create_batch(size), session=session, activity=activity)
        for size in sizes
    ]


def held(draw, number=NUMBER, by=None):
    """The draw, held just after its number is out."""
    at = draw.number_due_at + timedelta(minutes=5)
    draws.type_in(draw, number, by=by or UserFactory(), at=at)
    return draws.hold(draw, at=at)


def ready(*sessions):
    """These dates of an activity, for whose draw one can apply by now."""
    draw_plans.prepare(sessions[0].activity, EVENING)
    return [type(session).objects.get(pk=session.pk) for session in sessions]
