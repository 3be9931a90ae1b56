"""The booking transaction alone, from 8 processes on one hot row, without HTTP."""

import multiprocessing
import time
import uuid

from django.db import connection
from django.utils import timezone

from accounts.models import Person, User
from activities.models import Activity, Session
from bench.rush import make_residents
from bookings import services
from bookings.models import BookingChannel
from tests.factories import SessionFactory

PROCESSES, EACH = 8, 120


def measure(url):
    make_residents(PROCESSES * EACH * 2)
    rates = {
        name: _rate(work)
        for name, work in (("bare", _bare), ("late lock", _late), ("early lock", _early))
    }
    yield "bookings per second", f"{rates['late lock']:.0f}", ""
    yield "the same statements by bare psycopg2", f"{rates['bare']:.0f}", ""
    yield "ours of bare", f"{rates['late lock'] / rates['bare']:.0%}", ">= 25 %"
    early = rates["late lock"] / rates["early lock"]
    yield "ours of a variant that locks the session first", f"{early:.2f} x", ">= 1.5 x"


def _rate(work):
    session = SessionFactory(capacity=100_000)
    connection.close()
    context = multiprocessing.get_context("fork")
    start = context.Barrier(PROCESSES + 1)
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    connection.close()
    workers = [
        context.Process(target=work, args=(session.pk, people[n::PROCESSES][:EACH], start))
        for n in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    begun = time.perf_counter()
    for worker in workers:
        worker.join(120)
    seconds = time.perf_counter() - begun
    session.refresh_from_db()
    if session.places_taken != PROCESSES * EACH:
        raise SystemExit(f"{work.__name__}: {session.places_taken} places taken")
    return PROCESSES * EACH / seconds


def _late(session_pk, people, start):
    carers = dict(User.objects.filter(cares__person__in=people).values_list("cares__person", "pk"))
    users = User.objects.in_bulk(carers.values())
    persons = Person.objects.in_bulk(people)
    activity = Activity.objects.select_related("center").get(sessions=session_pk)
    start.wait()
    for person in people:
        services.book(
            activity,
            session=Session.objects.with_room().get(pk=session_pk),
            people=[persons[person]],
            by=users[carers[person]],
            channel=BookingChannel.WEB,
            request_key=uuid.uuid4().hex,
        )


def _early(session_pk, people, start):
    """As most would write it: lock the row, then do the rest."""
    services._take_at_once = services._take_or_wait
    _late(session_pk, people, start)


def _bare(session_pk, people, start):
    with connection.get_new_connection(connection.get_connection_params()) as server:
        cursor = server.cursor()
        cursor.execute("SELECT activity_id FROM activities_session WHERE id = %s", [session_pk])
        activity = cursor.fetchone()[0]
        cursor.execute(
            "SELECT person_id, user_id FROM accounts_care WHERE person_id = ANY(%s)", [people]
        )
        carers = dict(cursor.fetchall())
        server.commit()
        start.wait()
        for person in people:
            _book_bare(cursor, activity, session_pk, person, carers[person])
            server.commit()


def _book_bare(cursor, activity, session, person, carer):
    key, now = uuid.uuid4().hex, timezone.now()
    cursor.execute("SELECT * FROM activities_session WHERE id = %s", [session])
    cursor.fetchone()
    cursor.execute("SELECT * FROM accounts_person WHERE id = %s FOR NO KEY UPDATE", [person])
    cursor.fetchone()
    cursor.execute(
        "SELECT * FROM bookings_booking WHERE request_key = %s AND booked_by_id = %s",
        [key, carer],
    )
    cursor.fetchone()
    cursor.execute("SELECT person_id FROM accounts_care WHERE user_id = %s", [carer])
    cursor.fetchall()
    cursor.execute(
        "SELECT 1 FROM bookings_place p JOIN activities_session s ON s.id = p.session_id"
        " WHERE p.person_id = %s AND p.canceled_at IS NULL",
        [person],
    )
    cursor.fetchall()
    cursor.execute("SAVEPOINT guess")
    cursor.execute(
        "INSERT INTO bookings_booking (reference, activity_id, session_id, booked_by_id, channel,"
        " status, party_size, request_key, answers, created_at, confirmed_at, note)"
        " VALUES (%s, %s, %s, %s, 'web', 'confirmed', 1, %s, '{}', %s, %s, '') RETURNING id",
        [key[:12], activity, session, carer, key, now, now],
    )
    booking = cursor.fetchone()[0]
    cursor.execute(
        "INSERT INTO bookings_place (booking_id, person_id, session_id, checked_in_how,"
        " checked_out_with, canceled_late, excuse_reason) VALUES (%s, %s, %s, '', '', false, '')",
        [booking, person, session],
    )
    cursor.execute(
        "INSERT INTO notices_notice (key, recipient_id, address, kind, channel, language, context,"
        " link, subject, body, is_private, created_at, send_after, attempts, last_error)"
        " VALUES (%s, %s, '', 'bookings/confirmed', '', '', '{}', '', '', '', false, %s, %s, 0, '')",
        [key, carer, now, now],
    )
    cursor.execute(
        "UPDATE activities_session SET places_taken = places_taken + 1 WHERE id = %s"
        " AND canceled_at IS NULL AND booking_closes_at > %s"
        " AND places_taken + places_kept + 1 <= capacity AND places_waiting = 0",
        [session, now],
    )
    cursor.execute("RELEASE guess")
