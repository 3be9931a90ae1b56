"""Saying how it was: whoever came, by the link in a message, for two weeks from the end on.

Nobody reads single answers with a name. Averages are shown from three answers on, and the lines
to staff, mixed, on a page of their own.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Avg, Count
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.models import Feedback, Place, Status
from bookings.refusals import BookingRefused, Refusal

OPEN_FOR = timedelta(days=14)
# Of fewer one could guess who it was.
ENOUGH = 3

# Another salt would end every link that is on its way.
_signer = signing.Signer(salt="bookings.feedback", sep=".")


def link_to(booking, session) -> str:
    return f"/feedback/{_signer.sign(f'{booking.pk}-{session.pk}')}/"


def link_from(booking, places, at=None) -> str:
    """The link for the page of this booking: to the last session to which somebody came, or ""."""
    at = at or timezone.now()
    if booking.status != Status.CONFIRMED:
        return ""
    was_there = [place for place in places if place.checked_in_at and not place.canceled_at]
    sessions = [place.session for place in was_there if refusal(place.session, at) is None]
    last = max(sessions, key=lambda session: session.ends_at, default=None)
    return link_to(booking, last) if last else ""


def places_of(token):
    """The places whose people came, of the booking and the session of the link; [] of no other."""
    try:
        booking, _dash, session = _signer.unsign(token).partition("-")
    except signing.BadSignature:
        return []
    places = came(Place.objects.filter(booking=booking, session=session)).order_by("pk")
    return list(places.select_related("person", "session__activity__center"))


def came(places):
    return places.filter(
        checked_in_at__isnull=False, canceled_at=None, booking__status=Status.CONFIRMED
    )


def refusal(session, at=None) -> Refusal | None:
    at = at or timezone.now()
    if at < session.ends_at:
        return Refusal(
            "not_over", _("It is not over yet."), _("From the end on you can say how it was.")
        )
    if at > session.ends_at + OPEN_FOR:
        return Refusal(
            "too_late",
            _("This was more than two weeks ago."),
            _("Please tell the desk; people listen."),
        )
    return None


@transaction.atomic
def give(place, *, marks, line="", at=None) -> Feedback:
    """Write down how it was for this person; said again, the later answer stands.

    Raises BookingRefused for who did not come, and before and after the two weeks.
    """
    at = at or timezone.now()
    if reason := refusal(place.session, at):
        raise BookingRefused(reason)
    if not came(Place.objects.filter(pk=place.pk)).exists():
        raise BookingRefused(Refusal("was_not_there", _("Only who was there can say how it was.")))
    given, _is_new = Feedback.objects.update_or_create(
        session_id=place.session_id,
        person_id=place.person_id,
        defaults={"marks": marks, "line": line, "created_at": at},
    )
    return given


@dataclass(frozen=True)
class Average:
    """Of one activity; `marks` is None as long as there are too few answers."""

    answers: int
    marks: float | None


def average_of(activity) -> Average:
    answers = Feedback.objects.filter(session__activity=activity)
    found = answers.aggregate(answers=Count("pk"), marks=Avg("marks"))
    return Average(found["answers"], found["marks"] if found["answers"] >= ENOUGH else None)


def averages(centers):
    """[row] with activity, title, answers and marks (or None), the most answers first."""
    rows = (
        Feedback.objects.filter(session__activity__center__in=centers)
        .values("session__activity", "session__activity__title")
        .annotate(answers=Count("pk"), marks=Avg("marks"))
        .order_by("-answers", "session__activity")
    )
    return [
        {
            "activity": row["session__activity"],
            "title": row["session__activity__title"],
            "answers": row["answers"],
            "marks": row["marks"] if row["answers"] >= ENOUGH else None,
        }
        for row in rows
    ]


def lines_of(activity) -> list[str]:
    """What people wrote, sorted by their words, so that no order tells who was when."""
    answers = Feedback.objects.filter(session__activity=activity)
    if answers.count() < ENOUGH:
        return []
    return sorted(answers.exclude(line="").values_list("line", flat=True))
