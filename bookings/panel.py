"""What can be booked on the page of an activity: the one main button, or why there is none."""

import secrets
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Care, Person, Role
from activities.availability import Availability, of_session
from activities.models import Activity, Allocation, BookingMode, Question, Session
from bookings import residents, rules, weeks
from bookings.models import Booking, Draw, Status
from bookings.rules import Refusal
from bookings.summaries import in_a_row
from prepared import prepared

# More dates than these fold away.
SHOWN_AT_ONCE = 6


@dataclass(frozen=True)
class DateChoice:
    """One date that may be ticked, or why not."""

    session: Session
    places: Availability
    refusal: Refusal | None
    is_chosen: bool

    @property
    def is_open(self):
        return self.refusal is None

    @property
    def waits(self):
        return self.places.kind == "wait"

    @property
    def is_applied_for(self):
        return self.is_open and self.session.is_to_be_drawn


def date_choices(activity, sessions, *, chosen=(), at):
    """A choice for each session that is still to come; `chosen` are ids as text."""
    choices = []
    for session in sessions:
        if session.canceled_at is None and not session.is_over(at):
            places = of_session(session, at)
            refusal = rules.closed(activity, session=session, at=at)
            if refusal is None and places.kind == "full":
                refusal = rules.full(activity)
            choices.append(DateChoice(session, places, refusal, str(session.pk) in chosen))
    return choices


def people_of(user):
    """[Care] of whom this user may book for, the user's own person first."""
    return sorted(_cares_of(user), key=lambda care: care.role != Role.SELF)


@prepared
def _cares_of(user):
    cares = Care.objects.active().filter(user=user, person__retired_at=None)
    return cares.select_related("person")


@prepared
def questions_of(activity):
    return Question.objects.asked().filter(activity=activity)


def new_request_key():
    return secrets.token_urlsafe(12)


@dataclass(frozen=True)
class Mine:
    """A booking of this activity that people of the user already have; `session` is its next."""

    booking: Booking
    session: Session
    people: dict[int, Person]

    @property
    def names(self):
        return in_a_row(self.people.values())

    @property
    def is_confirmed(self):
        return self.booking.status == Status.CONFIRMED


class Panel:
    def __init__(self, activity: Activity, sessions, user, *, people=None, chosen=(), at=None):
        """`people` are the user's where they are known already; `chosen` ids of sessions."""
        self.activity = activity
        self.sessions = sessions
        self.user = user
        self._people = people
        self.chosen = set(chosen)
        self.at = at or timezone.now()

    # What there is to book.

    @cached_property
    def dates(self):
        if self.activity.booking_mode == BookingMode.COURSE:
            return []
        return date_choices(self.activity, self.sessions, chosen=self.chosen, at=self.at)

    @cached_property
    def open_dates(self):
        return [date for date in self.dates if date.is_open]

    @cached_property
    def ticks(self):
        """What may be ticked at once, in the form that follows."""
        return weeks.ticks(self.dates, at=self.at) if self.later_dates else []

    @property
    def only_date(self):
        """The date of an activity that has one: there is nothing to tick."""
        single = self.activity.booking_mode == BookingMode.SINGLE
        return (
            self.open_dates[0] if single and len(self.dates) == len(self.open_dates) == 1 else None
        )

    @property
    def first_dates(self):
        return self.dates[:SHOWN_AT_ONCE]

    @property
    def later_dates(self):
        return self.dates[SHOWN_AT_ONCE:]

    @cached_property
    def coming(self):
        """What a booking of the whole course brings."""
        return [s for s in self.sessions if not s.canceled_at and s.starts_at > self.at]

    @property
    def offers_course(self):
        single = self.activity.booking_mode == BookingMode.SINGLE
        return not single and self.course_closed is None

    @cached_property
    def course_closed(self):
        """Why nobody may book the whole course now, or None."""
        if reason := rules.closed(self.activity, session=None, at=self.at):
            return reason
        if not self.coming:
            return rules.called_off()
        if self.course_waits and not self.activity.has_waitlist:
            return rules.full(self.activity)
        return None

    @cached_property
    def course_waits(self):
        """Whether somebody who books the course now stands in line."""
        if self.course_is_applied_for:
            return False
        if not all(session.places_free for session in self.coming):
            return True
        if self.activity.smaller_may_pass:
            return False
        return bool(self.course_queue or any(session.places_waiting for session in self.coming))

    # What is drawn.

    @cached_property
    def draws(self):
        """The draws of the dates that are shown, or of the course."""
        if self.activity.allocation != Allocation.DRAW:
            return []
        shown = [date.session.pk for date in self.dates]
        drawn = Draw.objects.of(self.activity).filter(Q(session=None) | Q(session__in=shown))
        return list(drawn.without_lists())

    @property
    def draw(self):
        """What the one button applies for; None where each date has its own draw."""
        if self.course_is_applied_for or (self.only_date and self.only_date.is_applied_for):
            return self.draws[0]
        return None

    @property
    def course_is_applied_for(self):
        single = self.activity.booking_mode == BookingMode.SINGLE
        return not single and bool(self.coming) and self.coming[0].is_to_be_drawn

    @property
    def closes_at(self):
        """When the one button stops working; None where each date has its own moment."""
        if self.draw:
            return self.draw.closes_at
        if self.offers_course:
            live = [session for session in self.sessions if not session.canceled_at]
            return self.activity.course_closes_at or min(s.booking_closes_at for s in live)
        return self.only_date and self.only_date.session.booking_closes_at

    @property
    def kept(self):
        """The next session that keeps places for the desk, where that is still so."""
        return next(
            (s for s in self.coming if s.places_kept and s.kept_until and s.kept_until > self.at),
            None,
        )

    @cached_property
    def course_queue(self):
        """How many people wait for the whole course."""
        line = self.activity.bookings.waiting().filter(session=None)
        return line.aggregate(people=Sum("party_size"))["people"] or 0

    # Why nothing of it can be booked, by anybody or by this user.

    @cached_property
    def refusal(self):
        if self.closed and self.closed.code == "not_open_yet":
            return self._opens_later or self.closed
        return self.closed or self.refusal_of_everybody

    @cached_property
    def closed(self):
        """Why nobody may book anything here now, or None."""
        if self.activity.is_drop_in or not self.activity.is_published:
            return rules.closed(self.activity, session=None, at=self.at)
        if self.open_dates or self.offers_course:
            return None
        if self.activity.booking_mode == BookingMode.COURSE:
            return self.course_closed
        return self._dates_closed

    @property
    def _dates_closed(self):
        """What opens soon counts for more than what is over."""
        reasons = {date.refusal.code: date.refusal for date in reversed(self.dates)}
        for code in ("not_open_yet", "draw_not_prepared", "applications_closed", "full", "closed"):
            if code in reasons:
                return reasons[code]
        return Refusal(
            "no_dates",
            _("There is no date to book right now."),
            _("Please come back later, or ask at the desk."),
        )

    @cached_property
    def refusal_of_everybody(self):
        """Why none of the user's people may take part."""
        if not self.people or not self._wishes:
            return None
        found = rules.for_each(
            self.activity,
            wishes=self._wishes,
            people=self.people,
            had=self.commitments,
            by=self.user,
            at=self.at,
        )
        return found[self.people[0]] if len(found) == len(self.people) else None

    @property
    def _opens_later(self):
        """When it opens for the user, if others are let in before."""
        wish = self.coming[:1] if self.dates else self.coming
        if not wish or not self.people or not residents.applies(self.activity):
            return None
        if any(residents.is_own(person, self.activity.center) for person in self.people):
            return None
        return residents.opens_later(self.activity, residents.opens_for_all(self.activity, wish))

    @property
    def may_follow(self):
        """Who comes too early may be told when it opens."""
        return self.refusal is not None and self.refusal.code == "not_open_yet"

    @cached_property
    def is_followed(self):
        return self.is_signed_in and self.activity.follows.filter(user=self.user).exists()

    @cached_property
    def residents_until(self):
        """Until when only own residents book here, or will; None when that is over."""
        if self.closed and self.closed.code != "not_open_yet":
            return None
        wish = self.coming
        if self.dates and not self.offers_course:
            wish = [date.session for date in self.open_dates[:1]] or self.coming[:1]
        return residents.first_until(self.activity, wish, at=self.at)

    @cached_property
    def at_the_same_time(self):
        """What else the one person who is booked by one tap has at that time."""
        if not self.only_person:
            return []
        return rules.at_the_same_time(self.activity, self._wishes, self.commitments)

    @property
    def _wishes(self):
        wishes = [[date.session] for date in self.open_dates]
        return [*wishes, self.coming] if self.offers_course else wishes

    # For whom.

    @cached_property
    def people(self):
        if self._people is not None:
            return self._people
        return [care.person for care in people_of(self.user)] if self.is_signed_in else []

    @property
    def is_signed_in(self):
        return self.user.is_authenticated

    @cached_property
    def commitments(self):
        """What the user's people have already between the first and the last date."""
        return rules.commitments(self.people, self.coming) if self.coming else []

    @cached_property
    def mine(self):
        """Bookings of this activity that the user's people have already."""
        if not self.people:
            return []
        found = {}
        for place in self.commitments:
            if place.session.activity_id == self.activity.pk:
                mine = found.setdefault(place.booking, Mine(place.booking, place.session, {}))
                mine.people[place.person_id] = place.person
        return list(found.values())

    @cached_property
    def only_person(self):
        """With nobody to choose and nothing to answer the button books at once."""
        if len(self.people) != 1 or questions_of(self.activity):
            return None
        return self.people[0]

    @property
    def may_bring_others(self):
        """Who stands alone on the list may add somebody on the way."""
        return len(self.people) == 1 and self.closed is None

    @cached_property
    def request_key(self):
        return new_request_key()

    # What the buttons say.

    @property
    def course_label(self):
        if self.course_is_applied_for:
            return _("Apply for the draw")
        if self.course_waits:
            return _("Join the waitlist of the course")
        return ngettext(
            "Book the whole course, %(n)s date",
            "Book the whole course, %(n)s dates",
            len(self.coming),
        ) % {"n": len(self.coming)}

    @property
    def dates_label(self):
        applied_for = [date.is_applied_for for date in self.open_dates]
        if all(applied_for):
            return _("Apply for the draw")
        if any(applied_for):
            return _("Apply for the dates I ticked, or book them")
        if self.only_date is None:
            return _("Book the dates I ticked")
        return _("Join the waitlist") if self.only_date.waits else _("Book")
