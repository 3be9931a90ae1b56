"""Bookings as files and feeds for people's own calendars."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db.models import F
from django.http import Http404, HttpResponseGone
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from accounts.models import User
from activities.calendar_files import Entry, answer
from activities.facts import place
from bookings.models import Booking, CalendarFeed, Status
from bookings.summaries import Summary

LOOKS_BACK = timedelta(days=31)
# What never was a place does not belong into anybody's calendar.
WAS_NEVER_MINE = (Status.APPLIED, Status.NOT_DRAWN, Status.WAITING)

# Another salt would end every feed there is.
_signer = signing.Signer(salt="bookings.feed", sep=".")


def feed_of(user) -> CalendarFeed:
    return CalendarFeed.objects.filter(user=user).first() or CalendarFeed(user=user)


def address_of(user) -> str:
    """The path of a user's feed, or "" where they have ended it."""
    feed = feed_of(user)
    return reverse("bookings:feed", args=[token_of(user, feed.number)]) if feed.is_on else ""


def token_of(user, number=0):
    """What stands in the address of a user's feed: whoever has it may read the feed."""
    return _signer.sign(f"{user.pk}-{number}" if number else user.pk)


def renew(user) -> None:
    """Another address from now on; whatever followed the feed so far, follows it no more."""
    _next(user, is_on=True)


def end(user) -> None:
    _next(user, is_on=False)


@require_safe
def of_booking(request, reference):
    bookings = Booking.objects.visible_to(request.user).for_pages(request.user)
    booking = get_object_or_404(bookings, reference=reference)
    return _response(booking.activity.title, [booking], request)


@require_safe
@login_not_required
def of_user(request, token):
    """All bookings of a user, read by a calendar program that cannot sign in."""
    try:
        pk, _dash, number = _signer.unsign(token).partition("-")
    except signing.BadSignature as forged:
        raise Http404 from forged
    user = get_object_or_404(User.objects.select_related("calendar_feed"), pk=pk, is_active=True)
    feed = getattr(user, "calendar_feed", None) or CalendarFeed(user=user)
    if not feed.is_on or feed.number != int(number or 0):
        return HttpResponseGone()
    bookings = (
        Booking.objects.visible_to(user)
        .exclude(status__in=WAS_NEVER_MINE)
        .since(timezone.now() - LOOKS_BACK)
        .for_pages(user)
    )
    with override(user.language or settings.LANGUAGE_CODE):
        return _response(_("My bookings"), bookings, request)


def _next(user, *, is_on):
    """Never a number again that was in an address before, however often both are tapped."""
    CalendarFeed.objects.bulk_create([CalendarFeed(user=user)], ignore_conflicts=True)
    CalendarFeed.objects.filter(user=user).update(number=F("number") + 1, is_on=is_on)


def _response(name, bookings, request):
    summaries = map(Summary, bookings)
    entries = [_entry(summary, date) for summary in summaries for date in summary.dates]
    return answer(request, name, entries, product="Bookings")


def _entry(summary, date):
    booking, session, center = summary.booking, date.session, summary.activity.center
    return Entry(
        # The same booking keeps its UID however often its session moves.
        uid=f"booking-{booking.pk}-{session.pk}",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=" ".join(filter(None, [summary.activity.title, session.topic])),
        status=_status(booking, date),
        location=", ".join(filter(None, [place(session), center.address])),
        description="\n".join(_lines(summary, date)),
        url=reverse("bookings:detail", args=[booking.reference]),
    )


def _status(booking, date):
    if not booking.is_alive or date.is_given_up or date.is_called_off:
        return "CANCELLED"
    return "CONFIRMED" if booking.status == Status.CONFIRMED else "TENTATIVE"


def _lines(summary, date):
    yield _("Who: %(names)s") % {"names": date.names}
    yield _("Booking number: %(reference)s") % {"reference": summary.booking.spoken_reference}
    if summary.activity.bring:
        yield _("Bring: %(things)s") % {"things": summary.activity.bring}
    if date.session.cancel_reason:
        yield date.session.cancel_reason
