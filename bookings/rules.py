"""Who may book what, and the kind word when not."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.consents import needs_guardian
from accounts.models import Care, Consent, ConsentKind
from activities.models import BookingMode
from activities.services import course_window
from bookings.models import BookingChannel, Place, Status
from prepared import prepared


@dataclass(frozen=True)
class Refusal:
    """Why not, and what to do instead. `code` names the rule and stays the same."""

    code: str
    text: str
    next_step: str = ""

    def __str__(self):
        return f"{self.text} {self.next_step}".strip()


class BookingRefused(Exception):
    def __init__(self, reason):
        self.reason = reason
        super().__init__(str(reason))


def refusal(activity, *, session, people, by, channel=BookingChannel.WEB, at=None, besides=None):
    """Why these people may not book this session (None: the whole course), or None.

    Does not look at places: a full session is a matter for the waitlist. `besides` is a
    booking of theirs that does not count, because it is the one in question.
    """
    at = at or timezone.now()
    return closed(activity, session=session, channel=channel, at=at) or of_people(
        activity,
        session=session,
        people=people,
        by=by,
        channel=channel,
        besides=besides,
        at=at,
    )


def closed(activity, *, session, channel=BookingChannel.WEB, at=None):
    """Why nobody may book this now, or None."""
    at = at or timezone.now()
    if not activity.is_published:
        return Refusal("not_published", _("This activity is not open to the public."))
    if activity.is_drop_in:
        return Refusal("drop_in", _("No booking is needed."), _("Just come along."))
    if session is None:
        if activity.booking_mode == BookingMode.SINGLE:
            return Refusal(
                "choose_sessions", _("Each date is booked on its own."), _("Please choose a date.")
            )
        return _outside(*course_window(activity), channel=channel, at=at)
    if activity.booking_mode == BookingMode.COURSE:
        return Refusal(
            "whole_course",
            _("This course is booked as a whole."),
            _("Please book all of its dates together."),
        )
    if session.canceled_at:
        return called_off()
    return _outside(session.booking_opens_at, session.booking_closes_at, channel=channel, at=at)


def of_people(activity, *, session, people, by, channel=BookingChannel.WEB, at, besides=None):
    """Why these people may not take part, however open it is, or None."""
    return (
        _wrong_party(activity, people=people, by=by, channel=channel)
        or _without_guardian(activity, people=people, by=by, channel=channel, at=at)
        or _wrong_age(activity, session=session, people=people, at=at)
        or conflict(activity, session=session, people=people, besides=besides, at=at)
    )


def conflict(activity, *, session, people, at, besides=None):
    """What these people already have at that time, this or something else, or None."""
    wanted = [session] if session else list(activity.sessions.live().coming(at))
    if not wanted:
        return called_off()
    had = [place for place in commitments(people, wanted) if place.booking != besides]
    return next(filter(None, (_clash(place, wanted) for place in had)), None)


def for_each(activity, *, wishes, people, had, by, at=None):
    """{person: Refusal} of whoever may take part in none of `wishes`, each asked on their own.

    A wish is a list of sessions that are booked together; `had` are their `commitments`.
    """
    found = {each: guardian_needed(activity, each) for each in unagreed(people, by=by, at=at)}
    for person in people:
        mine = [place for place in had if place.person_id == person.pk]
        reasons = [_not_for(person, activity, wish, mine) for wish in wishes]
        if all(reasons):
            found[person] = reasons[0]
    return found


def unagreed(people, *, by, at=None):
    """Those under 14 for whom this user has not agreed as their guardian."""
    today = timezone.localdate(at)
    young = [person for person in people if needs_guardian(person.birth_date, today)]
    if not young:
        return []
    agreed = set(_agreed_for(by, [person.pk for person in young]))
    return [person for person in young if person.pk not in agreed]


@prepared
def _agreed_for(guardian, ids):
    given = Consent.objects.active().filter(kind=ConsentKind.CHILD, given_by=guardian)
    return given.filter(person__in=ids).values_list("person", flat=True)


def guardian_needed(activity, person):
    return Refusal(
        "needs_guardian",
        _("%(name)s is under 14: booking online needs the guardian's consent.")
        % {"name": person.name},
        _("The guardian gives it under my people; or the desk helps you: %(phone)s.")
        % {"phone": activity.center.phone},
    )


def commitments(people, sessions):
    """Places these people have, or wait for, between the first and the last of `sessions`."""
    first = min(each.starts_at for each in sessions)
    last = max(each.ends_at for each in sessions)
    if not _had(list(people), first, last):
        return []  # As nearly always, and for a quarter of the cost of reading them.
    related = ("person", "booking", "session__activity")
    had = _places_between(people, first, last).select_related(*related)
    return list(had.order_by("session__starts_at", "pk"))


@prepared
def _had(people, first, last):
    return _places_between(people, first, last).values_list("pk")[:1]


def _places_between(people, first, last):
    return Place.objects.active().filter(
        person__in=people,
        session__canceled_at=None,
        session__starts_at__lt=last,
        session__ends_at__gt=first,
    )


def called_off():
    return Refusal(
        "called_off", _("This date has been called off."), _("Please choose another date.")
    )


def full(activity):
    return Refusal(
        "full",
        _("All places are taken, and there is no waitlist."),
        _("Please look for another date, or ask at the desk: %(phone)s.")
        % {"phone": activity.center.phone},
    )


def stays(booking, sessions, *, channel=BookingChannel.WEB, at=None):
    """Why these sessions of a booking cannot be given back any more, or None."""
    at = at or timezone.now()
    if not booking.is_alive or not sessions or any(session.is_over(at) for session in sessions):
        return over()
    has_begun = any(session.starts_at <= at for session in sessions)
    if has_begun and booking.status == Status.CONFIRMED and channel == BookingChannel.WEB:
        return Refusal(
            "has_begun",
            _("It has begun, so it cannot be canceled here any more."),
            _("Please call the desk: %(phone)s.") % {"phone": booking.activity.center.phone},
        )
    return None


def is_late(booking, session, *, at):
    """Whether giving a place back now is kept as late; nobody is late who has none yet."""
    return booking.status == Status.CONFIRMED and at > session.cancel_deadline()


def over():
    return Refusal("over", _("This booking is already over or canceled."))


def not_held(booking):
    """Why an offer cannot be answered any more."""
    if booking.status == Status.CONFIRMED:
        return Refusal(
            "already_taken",
            _("The place is yours already."),
            _("If you cannot come after all, please cancel the booking."),
        )
    if booking.status == Status.CANCELED:
        return over()
    return Refusal(
        "offer_lapsed",
        _("This place is no longer held for you."),
        _("You lose nothing and may join the waitlist again."),
    )


def moment(at):
    """12月1日 周二 09:00"""
    local = timezone.localtime(at)
    day, weekday = date_format(local, "MONTH_DAY_FORMAT"), date_format(local, "D")
    words = {"date": day, "weekday": weekday}
    return f"{pgettext('a day', '%(weekday)s %(date)s') % words} {local:%H:%M}"


def _outside(opens_at, closes_at, *, channel, at):
    if closes_at is None:
        return called_off()
    if at >= closes_at:
        return Refusal(
            "closed",
            _("Booking closed on %(closes)s.") % {"closes": moment(closes_at)},
            _("Please look for another date, or ask at the desk."),
        )
    if at < opens_at and channel != BookingChannel.DESK:
        return Refusal(
            "not_open_yet",
            _("Booking opens on %(opens)s.") % {"opens": moment(opens_at)},
            _("Please come back then."),
        )
    return None


def _wrong_party(activity, *, people, by, channel):
    if not people:
        return Refusal("nobody", _("Nobody was chosen."), _("Please choose who comes."))
    if len(people) > activity.party_limit:
        return Refusal(
            "party_too_large",
            ngettext(
                "At most %(limit)s person fits in one booking.",
                "At most %(limit)s people fit in one booking.",
                activity.party_limit,
            )
            % {"limit": activity.party_limit},
            _("For a larger group, please ask at the desk."),
        )
    if channel == BookingChannel.DESK:
        return None
    mine = _cared_for(by)
    if any(person.retired_at or person.pk not in mine for person in people):
        return Refusal(
            "not_your_people",
            _("You can only book for yourself and your people."),
            _("Please add them to my people first."),
        )
    return None


@prepared
def _cared_for(user):
    return Care.objects.active().filter(user=user).values_list("person", flat=True)


def _without_guardian(activity, *, people, by, channel, at):
    if channel == BookingChannel.DESK:
        return None  # Staff ask the guardian, and write down how.
    alone = unagreed(people, by=by, at=at)
    return guardian_needed(activity, alone[0]) if alone else None


def _wrong_age(activity, *, session, people, at):
    """Ages are judged on the day of the session; for a course, on the day of its first one."""
    if activity.min_age is None and activity.max_age is None:
        return None
    first = session or activity.sessions.live().coming(at).first()
    day = timezone.localtime(first.starts_at if first else at).date()
    return next(filter(None, (_age_not_for(person, activity, day) for person in people)), None)


def _not_for(person, activity, wish, had):
    """Why this person may not take part in these sessions together, or None."""
    day = timezone.localtime(wish[0].starts_at).date()
    clashes = (_clash(place, wish) for place in had)
    return _age_not_for(person, activity, day) or next(filter(None, clashes), None)


def _age_not_for(person, activity, day):
    age = person.age_on(day)
    if age is None:
        return None  # Asked at the door: a birth date is nobody's duty to give.
    if activity.min_age is not None and age < activity.min_age:
        return Refusal(
            "too_young",
            _("%(name)s is still too young: it is for people from %(age)s.")
            % {"name": person.name, "age": activity.min_age},
            _("Please choose somebody else, or another activity."),
        )
    if activity.max_age is not None and age > activity.max_age:
        return Refusal(
            "too_old",
            _("It is for people up to %(age)s, and %(name)s is older.")
            % {"name": person.name, "age": activity.max_age},
            _("Please choose somebody else, or another activity."),
        )
    return None


def _clash(place, wanted):
    """What a place somebody has says to sessions they want, or None."""
    if any(place.session_id == each.pk for each in wanted):
        return Refusal(
            "already_booked",
            _("%(name)s is already booked or waiting for this.") % {"name": place.person.name},
            _("See my bookings."),
        )
    if any(_overlap(place.session, each) for each in wanted):
        return Refusal(
            "overlap",
            _("%(name)s has “%(other)s” at that time, %(when)s.")
            % {
                "name": place.person.name,
                "other": place.session.activity,
                "when": moment(place.session.starts_at),
            },
            _("Please cancel that one first, or choose another date."),
        )
    return None


def _overlap(one, other):
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def moved():
    return Refusal(
        "moved",
        _("The time or place of this has changed."),
        _("Please look again before you book."),
    )
