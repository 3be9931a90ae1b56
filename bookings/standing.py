"""Where a booking stands in line, and why it was not offered a place: for whom it is about."""

from functools import cached_property

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import BookingMode, Session
from activities.services import course_window
from bookings import line_words, waitlist
from bookings.models import LineFact, LineNote
from bookings.rules import moment
from prepared import prepared


class Standing:
    """Of a booking that waits; `summary` knows its dates and its position."""

    def __init__(self, summary):
        self.summary = summary
        self.booking = summary.booking
        self.activity = summary.activity
        self.at = summary.at

    @property
    def rules(self):
        rules = line_words.rules_of(self.activity)
        if not self.booking.session_id and self.activity.booking_mode == BookingMode.EITHER:
            rules.append(
                _(
                    "The whole course needs a place on every date; single dates are booked meanwhile."
                )
            )
        return rules

    @cached_property
    def now(self):
        """Why it has no place at this moment, in one or two sentences."""
        if self._closes_at is None or self._closes_at <= self.at:
            return _("Booking has closed, so no place passes on any more. Please ask at the desk.")
        return " ".join(filter(None, [self._of_places, self._of_kept]))

    @cached_property
    def history(self):
        """[(moment, sentence)] of what happened to it in line, the latest first."""
        notes = [note for note in _notes(self.booking, *self._line) if self._is_about_it(note)]
        skips = [note for note in notes if note.fact == LineFact.SKIPPED]
        # A large party is passed again and again: the last time says why.
        told = [note for note in notes if note not in skips[1:]]
        return [(note.at, self._in_words(note, len(skips))) for note in told]

    @property
    def _of_places(self):
        free, needs, when = self._free, self.booking.party_size, self._when
        if free == 0:
            return _("No place is free right now%(when)s.") % {"when": when}
        places = ngettext(
            "%(free)s place is free right now%(when)s", "%(free)s places are free right now%(when)s",
            free,
        ) % {"free": free, "when": when}  # fmt: skip
        if free < needs:
            words = _("%(places)s, and you need %(needs)s: you stay together.")
        elif self.summary.position > 1 and not self.activity.smaller_may_pass:
            words = _("%(places)s, but whoever is before you needs more, and the order is strict.")
        else:
            words = _("%(places)s, and passed on within a minute or two.")
        return words % {"places": places, "needs": needs}

    @property
    def _of_kept(self):
        kept = self._tightest.places_kept
        if not kept:
            return ""
        return ngettext(
            "The desk keeps %(kept)s more place for people who call or come by.",
            "The desk keeps %(kept)s more places for people who call or come by.",
            kept,
        ) % {"kept": kept}

    @property
    def _when(self):
        """Of a course, the date on which the fewest places are free."""
        if self.booking.session_id:
            return ""
        return _(" on %(when)s") % {"when": moment(self._tightest.starts_at)}

    @property
    def _free(self):
        return self._tightest.places_free

    @cached_property
    def _tightest(self) -> Session:
        """The date that decides."""
        sessions = [date.session for date in self.summary.coming]
        found = waitlist.as_they_are(sessions, self.activity, at=self.at)
        return min(found, key=lambda session: session.places_free)

    @property
    def _closes_at(self):
        if self.booking.session_id:
            return self._tightest.booking_closes_at
        return course_window(self.activity)[1]

    @property
    def _line(self):
        return self.activity.pk, self.booking.session_id

    def _is_about_it(self, note):
        if note.booking_id == self.booking.pk:
            return note.fact != LineFact.SERVED
        return self.booking.pk in note.facts.get("passed", [])

    def _in_words(self, note, skips):
        if note.fact == LineFact.MOVED and note.booking_id != self.booking.pk:
            return _("The desk put somebody before you, for a reason that it has written down.")
        if note.fact == LineFact.SKIPPED and skips > 1:
            times = ngettext("In all %(n)s time.", "In all %(n)s times.", skips) % {"n": skips}
            return f"{line_words.in_words(note)} {times}"
        return line_words.in_words(note)


@prepared
def _notes(booking, activity, session):
    """What is noted about it, and about whom the desk moved in its line; the latest first."""
    own = Q(booking=booking)
    moved = Q(fact=LineFact.MOVED, booking__activity=activity, booking__session=session)
    return LineNote.objects.filter(own | moved).order_by("-at", "-pk")
