"""Who may book what, and the kind word when not."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.consents import needs_guardian
from accounts.models import Care, Consent, ConsentKind
from activities.models import Allocation, BookingMode, OverlapRule
from activities.services import course_window
from bookings import limits, no_shows, residents
from bookings.models import BookingChannel, Place, Status
from bookings.refusals import BookingRefused as BookingRefused
from bookings.refusals import Refusal
from bookings.refusals import moment as moment
from prepared import prepared


def refusal(
    activity, *, session, people, by, channel=BookingChannel.WEB, at=None, besides=None,
    beyond_limits=False,
):  # fmt: skip
    """Why these people may not book this session (None: the whole course), or None.

    Does not look at places: a full session is a matter for the waitlist. `besides` is a
    booking of theirs that does not count, because it is the one in question. The desk may go
    beyond the limits when it has a reason.
    """
    at = at or timezone.now()
    return closed(activity, session=session, channel=channel, at=at) or of_people(
        activity,
        session=session,
        people=people,
        by=by,
        channel=channel,
        besides=besides,
        beyond_limits=beyond_limits,
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
        window = course_window(activity)
        return _outside(*window, channel=channel, at=at) or not_applied_for(activity, None, at)
    if activity.booking_mode == BookingMode.COURSE:
        return Refusal(
            "whole_course",
            _("This course is booked as a whole."),
            _("Please book all of its dates together."),
        )
    if session.canceled_at:
        return called_off()
    window = session.booking_opens_at, session.booking_closes_at
    return _outside(*window, channel=channel, at=at) or not_applied_for(activity, session, at)


def not_applied_for(activity, session, at):
    """Why nobody can apply for the draw of this session (None: of the course) now, or None.

    None too where nothing is drawn: after the draw one books what is left, as everywhere.
    """
    if activity.allocation != Allocation.DRAW:
        return None
    # All sessions of a course say the same about its draw.
    session = session or activity.sessions.live().last()
    if session is None or session.drawn_at:
        return None
    if session.applications_close_at is None:
        return Refusal(
            "draw_not_prepared",
            _("The places are given by lot, and the draw is still being prepared."),
            _("Please come back later."),
        )
    if at >= session.applications_close_at:
        return Refusal(
            "applications_closed",
            _("Applications for the draw closed on %(closes)s.")
            % {"closes": moment(session.applications_close_at)},
            _("After the draw, whatever is left can be booked here."),
        )
    return None


def of_people(
    activity, *, session, people, by, channel=BookingChannel.WEB, at, besides=None,
    beyond_limits=False,
):  # fmt: skip
    """Why these people may not take part, however open it is, or None."""
    wish = [session] if session else list(activity.sessions.live().coming(at))
    return (
        _wrong_party(activity, people=people, by=by, channel=channel)
        or _without_guardian(activity, people=people, by=by, channel=channel, at=at)
        or _wrong_age(activity, wish, people=people, at=at)
        or _in_the_way(activity, wish, people=people, besides=besides)
        or limits.of_carer(
            activity, session=session, people=people, by=by, channel=channel, besides=besides
        )
        or _judged(
            judges(
                activity,
                people=people,
                wishes=[wish],
                channel=channel,
                besides=besides,
                beyond_limits=beyond_limits,
                at=at,
            ),
            people,
            wish,
        )
    )


def judges(
    activity, *, people, wishes, at, channel=BookingChannel.WEB, besides=None, beyond_limits=False
):
    """Functions (person, wish) → Refusal or None, about what each person has or is.

    What they need is looked up once for all of `people` and `wishes`, and only where a rule
    asks for it. The desk is bound by the limits only, and not by these when it has a reason.
    """
    asked = []
    if channel != BookingChannel.DESK:
        asked += [
            residents.judge(activity, at),
            no_shows.judge(activity.center, people=people, at=at),
        ]
    if not beyond_limits:
        asked.append(limits.judge(activity, people=people, wishes=wishes, besides=besides))
    return asked


def _judged(asked, people, wish):
    """What the first judge who minds says of the first whom it minds, or None."""
    answers = (judge(person, wish) for judge in asked for person in people)
    return next(filter(None, answers), None)


def conflict(activity, *, session, people, at, besides=None):
    """What these people already have at that time, this or something else, or None."""
    wish = [session] if session else list(activity.sessions.live().coming(at))
    return _in_the_way(activity, wish, people=people, besides=besides)


def _in_the_way(activity, wish, *, people, besides):
    if not wish:
        return called_off()
    had = [place for place in commitments(people, wish) if place.booking != besides]
    return next(filter(None, (_clash(place, wish, activity) for place in had)), None)


def at_the_same_time(activity, wishes, had):
    """What people have at that time, where the activity takes it for a hint; none twice."""
    if activity.overlaps == OverlapRule.RULE:
        return []
    return list(dict.fromkeys(filter(None, (_overlap_with(p, w) for w in wishes for p in had))))


def for_each(activity, *, wishes, people, had, by, at):
    """{person: Refusal} of whoever may take part in none of `wishes`, each asked on their own.

    A wish is a list of sessions that are booked together; `had` are their `commitments`.
    """
    asked = judges(activity, people=people, wishes=wishes, at=at)
    found = {each: guardian_needed(activity, each) for each in unagreed(people, by=by, at=at)}
    for person in people:
        mine = [place for place in had if place.person_id == person.pk]
        reasons = [
            _not_for(person, activity, wish, mine) or _judged(asked, [person], wish)
            for wish in wishes
        ]
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


def being_drawn():
    return Refusal(
        "being_drawn",
        _("The list for the draw has just been closed."),
        _("After the draw, whatever is left can be booked here."),
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


def _wrong_age(activity, wish, *, people, at):
    """Ages are judged on the day of the session; for a course, on the day of its first one."""
    if activity.min_age is None and activity.max_age is None:
        return None
    day = timezone.localtime(wish[0].starts_at if wish else at).date()
    return next(filter(None, (_age_not_for(person, activity, day) for person in people)), None)


def _not_for(person, activity, wish, had):
    """Why this person may not take part in these sessions together, or None."""
    day = timezone.localtime(wish[0].starts_at).date()
    clashes = (_clash(place, wish, activity) for place in had)
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


def _clash(place, wanted, activity):
    """What a place somebody has says to sessions they want, or None."""
    if any(place.session_id == each.pk for each in wanted):
        return Refusal(
            "already_booked",
            _("%(name)s is already booked or waiting for this.") % {"name": place.person.name},
            _("See my bookings."),
        )
    if activity.overlaps == OverlapRule.HINT:
        return None
    if words := _overlap_with(place, wanted):
        return Refusal("overlap", words, _("Please cancel that one first, or choose another date."))
    return None


def _overlap_with(place, wanted):
    if not any(_overlap(place.session, each) for each in wanted if each != place.session):
        return ""
    return _("%(name)s has “%(other)s” at that time, %(when)s.") % {
        "name": place.person.name,
        "other": place.session.activity,
        "when": moment(place.session.starts_at),
    }


def _overlap(one, other):
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def moved():
    return Refusal(
        "moved",
        _("The time or place of this has changed."),
        _("Please look again before you book."),
    )
