"""Who booked what: thousands of bookings at once, as booking one by one would have left them.

People are in one place at a time, places are given in the order of asking, whoever comes too
late waits, and the counters of the sessions move along with the places.
"""

from collections import defaultdict
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import Care, Person
from activities.models import BookingMode, Session
from activities.services import course_window
from bookings.models import Booking, BookingChannel, HowCheckedIn, Place, Status

COUNTERS = ["places_taken", "places_waiting", "places_kept"]

# Of a course that can also be booked by the date, so many want all of it.
WHOLE_COURSE = 0.6
GAVE_BACK = 0.06
CAME = 0.87
DOOR_OPENS = timedelta(minutes=30)


class Crowd:
    """Residents and what they book; `write_down` saves it all."""

    def __init__(self, program, residents, *, desk, chance, at):
        self.residents, self.desk, self.chance, self.at = residents, desk, chance, at
        self.sessions = {
            activity.title: self._sessions_of(activity) for _offer, activity in program
        }
        self.course_windows = {activity.pk: course_window(activity) for _offer, activity in program}
        self.bookings, self.places = [], []
        self._references = iter(chance.sample(range(10**8), 20_000))
        self._lines = set()  # ids of activities whose course somebody waits for
        self._busy = defaultdict(list)  # (person's id, day): spans
        for place in Place.objects.active().select_related("session"):
            self._note(place.person_id, place.session)

    def fill(self, offer, activity):
        """Let as many people want it as the program says."""
        demand, sessions = offer.demand, self.sessions[activity.title]
        if activity.is_drop_in or not sessions:
            return
        if activity.booking_mode != BookingMode.SINGLE:
            share = WHOLE_COURSE if activity.booking_mode == BookingMode.EITHER else 1
            self._fill_course(offer, activity, sessions, demand * share)
            demand -= demand * share
        for session in sessions if demand else []:
            self._fill_session(offer, session, demand)

    def write_down(self):
        waiting = [each for each in self.bookings if each.status == Status.WAITING]
        waiting.sort(key=lambda booking: booking.created_at)
        for booking, number in zip(waiting, _queue_numbers(len(waiting)), strict=True):
            booking.queue_no = number
        Booking.objects.bulk_create(self.bookings, batch_size=1000)
        Place.objects.bulk_create(self.places, batch_size=2000)
        sessions = [session for each in self.sessions.values() for session in each]
        Session.objects.bulk_update(sessions, COUNTERS, batch_size=500)
        _tell_the_planner()

    def book(self, party, sessions, *, asked_at, whole_course=False):
        """Give the party places, or the end of the line; nothing when it is full and closed."""
        channel = BookingChannel.WEB if party.carer else BookingChannel.DESK
        status = self._status(party, sessions, channel, whole_course)
        if status:
            self._add(party, sessions, status, channel, asked_at, whole_course)

    def _sessions_of(self, activity):
        sessions = list(activity.sessions.live())
        for session in sessions:
            session.activity = activity
            if session.kept_until <= self.at:
                session.places_kept = 0
        return sessions

    def _fill_course(self, offer, activity, sessions, demand):
        opens_at, closes_at = self.course_windows[activity.pk]
        wanted = round(offer.capacity * demand)
        for party, asked_at in self._askers(offer, wanted, sessions, opens_at, closes_at):
            self.book(party, sessions, asked_at=asked_at, whole_course=True)

    def _fill_session(self, offer, session, demand):
        is_popular = demand >= 1
        if not is_popular:
            demand *= self.chance.uniform(0.75, 1.1)
        # A fraction of a person comes or does not.
        wanted = int(offer.capacity * demand + self.chance.random())
        opens_at, closes_at = session.booking_opens_at, session.booking_closes_at
        for party, asked_at in self._askers(offer, wanted, [session], opens_at, closes_at):
            if party.carer and not is_popular and self.chance.random() < GAVE_BACK:
                self._book_and_give_back(party, session, asked_at)
            else:
                self.book(party, [session], asked_at=asked_at)

    def _askers(self, offer, wanted, sessions, opens_at, closes_at):
        """[(party, when it asked)], whoever asked first in front; nobody before it opens."""
        if opens_at >= self.at:
            return []
        parties = list(getattr(self.residents, offer.crowd))
        self.chance.shuffle(parties)
        found, seen = [], set()
        for party in parties:
            people = {person.pk for person in party.people}
            if wanted < len(people):
                break
            if people & seen or not self._is_free(people, sessions):
                continue
            found.append(party)
            seen |= people
            wanted -= len(people)
        span = min(closes_at, self.at) - opens_at
        # Most ask soon after it opens.
        moments = sorted(opens_at + span * self.chance.random() ** 2 for _party in found)
        return zip(found, moments, strict=True)

    def _book_and_give_back(self, party, session, asked_at):
        given_back_at = asked_at + (min(session.booking_closes_at, self.at) - asked_at) / 2
        booking = self._add(party, [session], Status.CANCELED, BookingChannel.WEB, asked_at)
        booking.canceled_at, booking.canceled_by = given_back_at, booking.booked_by
        for place in self.places[-booking.party_size :]:
            place.canceled_at = given_back_at

    def _add(self, party, sessions, status, channel, asked_at, whole_course=False):
        booking = Booking(
            reference=f"{next(self._references):08d}",
            activity=sessions[0].activity,
            session=None if whole_course else sessions[0],
            booked_by=party.carer or self.desk,
            asked_by=None if party.carer else party.people[0],
            channel=channel,
            status=status,
            party_size=len(party.people),
            request_key=f"demo-{len(self.bookings)}",
            created_at=asked_at,
            confirmed_at=asked_at if status in (Status.CONFIRMED, Status.CANCELED) else None,
        )
        self.bookings.append(booking)
        self._count(booking, sessions)
        for session in sessions:
            for person in party.people:
                place = Place(booking=booking, person=person, session=session)
                self.places.append(place)
                self._note(person.pk, session)
                self._look_who_came(place)
        return booking

    def _status(self, party, sessions, channel, whole_course):
        """What booking would answer, or None where it would refuse."""
        activity, n = sessions[0].activity, len(party.people)
        if self._may_use_kept(sessions, n, channel, whole_course):
            return Status.CONFIRMED
        line = activity.pk in self._lines if whole_course else sessions[0].places_waiting
        fits = all(session.places_free >= n for session in sessions)
        if fits and (not line or activity.smaller_may_pass):
            return Status.CONFIRMED
        closes_at = sessions[0].booking_closes_at
        if whole_course:
            closes_at = self.course_windows[activity.pk][1]
        return Status.WAITING if activity.has_waitlist and closes_at > self.at else None

    def _may_use_kept(self, sessions, n, channel, whole_course):
        is_at_the_desk = channel == BookingChannel.DESK and not whole_course
        return is_at_the_desk and sessions[0].places_kept >= n

    def _count(self, booking, sessions):
        whole_course, n = booking.session is None, booking.party_size
        if booking.status == Status.WAITING:
            if whole_course:
                self._lines.add(booking.activity.pk)
            else:
                sessions[0].places_waiting += n
        elif booking.status == Status.CONFIRMED:
            if self._may_use_kept(sessions, n, booking.channel, whole_course):
                sessions[0].places_kept -= n
            for session in sessions:
                session.places_taken += n

    def _look_who_came(self, place):
        session = place.session
        if place.booking.status != Status.CONFIRMED:
            return
        if session.starts_at > self.at:
            self._look_who_is_early(place)
        elif self.chance.random() < CAME:
            late = timedelta(minutes=self.chance.randrange(-15, 8))
            place.checked_in_at = min(session.starts_at + late, self.at)
            place.checked_in_by = self.desk
            place.checked_in_how = self.chance.choice([HowCheckedIn.STAFF, HowCheckedIn.CODE])
        elif session.is_over(self.at):
            place.absent_at = session.ends_at

    def _look_who_is_early(self, place):
        """Every third, once the door is open."""
        if place.session.starts_at - self.at <= DOOR_OPENS and place.person_id % 3 == 0:
            place.checked_in_at, place.checked_in_by = self.at, self.desk
            place.checked_in_how = HowCheckedIn.CODE

    def _is_free(self, people, sessions):
        return not any(
            starts_at < session.ends_at and session.starts_at < ends_at
            for session in sessions
            for person in people
            for starts_at, ends_at in self._busy[person, _day(session)]
        )

    def _note(self, person, session):
        self._busy[person, _day(session)].append((session.starts_at, session.ends_at))


def _day(session):
    return timezone.localdate(session.starts_at)


def _tell_the_planner():
    """Until it has looked at so many new rows, PostgreSQL takes the tables for empty."""
    with connection.cursor() as cursor:
        for model in (Person, Care, Session, Booking, Place):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def _queue_numbers(count):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('booking_queue_no') FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]
