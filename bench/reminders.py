"""100,000 reminders that are due in the same minute."""

import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import Person, User
from activities.models import Session
from bookings.models import Booking, Place, Status
from bookings.reminders import leave_reminders
from notices.services import deliver_due
from tests.factories import ActivityFactory

REMINDERS, IN_A_SESSION, CARERS, SAMPLE = 100_000, 25, 5_000, 2_000
DAY = timedelta(days=1)


def measure(url):
    now = timezone.now()
    make_bookings(REMINDERS, starts_at=now + DAY, booked_at=now - DAY)
    for what, budget in (("left by one statement in", "seconds"), ("a minute later, nothing", "")):
        start = time.perf_counter()
        left = leave_reminders(now)
        yield f"{left} reminders {what}", f"{time.perf_counter() - start:.2f} s", budget
    start = time.perf_counter()
    deliver_due(now, limit=SAMPLE)
    rate = SAMPLE / (time.perf_counter() - start)
    yield "delivered per second by one worker, mail server aside", f"{rate:.0f}", ""


def make_bookings(number, *, starts_at, booked_at):
    """So many people, each booked by a carer into a session that starts at that moment."""
    activity = ActivityFactory()
    carers = User.objects.bulk_create(
        User(email=f"carer{n}@example.org", password="!") for n in range(CARERS)
    )
    people = Person.objects.bulk_create(
        (Person(name=f"Person {n}", sort_key=f"person {n}") for n in range(number)), 5_000
    )
    sessions = Session.objects.bulk_create(
        Session(
            activity=activity,
            outside_place="Square",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            booking_closes_at=starts_at,
            capacity=IN_A_SESSION,
            places_taken=IN_A_SESSION,
        )
        for _ in range(number // IN_A_SESSION)
    )
    bookings = Booking.objects.bulk_create(
        (
            Booking(
                reference=f"{n:08d}",
                activity=activity,
                session=sessions[n // IN_A_SESSION],
                booked_by=carers[n % CARERS],
                status=Status.CONFIRMED,
                party_size=1,
                request_key=str(n),
                created_at=booked_at,
                confirmed_at=booked_at,
            )
            for n in range(number)
        ),
        5_000,
    )
    Place.objects.bulk_create(
        (
            Place(booking=booking, person=person, session_id=booking.session_id)
            for booking, person in zip(bookings, people, strict=True)
        ),
        5_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
