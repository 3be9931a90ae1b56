"""Bookings as files and feeds for people's own calendars."""

from datetime import UTC, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from accounts.models import User
from activities.facts import place
from bookings.models import Booking, Status
from bookings.summaries import Summary

LOOKS_BACK = timedelta(days=31)
# What never was a place does not belong into anybody's calendar.
WAS_NEVER_MINE = (Status.APPLIED, Status.NOT_DRAWN, Status.WAITING)

# Another salt would end every feed there is; a number per user in it, those of that user.
_signer = signing.Signer(salt="bookings.feed", sep=".")


def token_of(user):
    """What stands in the address of a user's feed: whoever has it may read the feed."""
    return _signer.sign(user.pk)


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
        user = get_object_or_404(User, pk=_signer.unsign(token), is_active=True)
    except signing.BadSignature as forged:
        raise Http404 from forged
    bookings = (
        Booking.objects.visible_to(user)
        .exclude(status__in=WAS_NEVER_MINE)
        .since(timezone.now() - LOOKS_BACK)
        .for_pages(user)
    )
    with override(user.language or settings.LANGUAGE_CODE):
        return _response(_("My bookings"), bookings, request)


def _response(name, bookings, request):
    """The bookings as one calendar file, times and time zone included."""
    file = Calendar()
    file.add("prodid", "-//Community center//Bookings//ZH")
    file.add("version", "2.0")
    file.add("x-wr-calname", name)
    for booking in bookings:
        summary = Summary(booking)
        for date in summary.dates:
            file.add_component(_event(summary, date, request))
    file.add_missing_timezones()
    return HttpResponse(file.to_ical(), content_type="text/calendar; charset=utf-8")


def _event(summary, date, request):
    booking, session, center = summary.booking, date.session, summary.activity.center
    page = reverse("bookings:detail", args=[booking.reference])
    entry = Event()
    # The same booking keeps its UID however often its session moves.
    entry.add("uid", f"booking-{booking.pk}-{session.pk}@{request.get_host()}")
    # Whichever file was fetched later counts as the newer one.
    entry.add("sequence", int((summary.at - booking.created_at).total_seconds() // 60))
    entry.add("dtstamp", summary.at.astimezone(UTC))
    entry.add("dtstart", timezone.localtime(session.starts_at))
    entry.add("dtend", timezone.localtime(session.ends_at))
    entry.add("summary", " ".join(filter(None, [summary.activity.title, session.topic])))
    entry.add("location", ", ".join(filter(None, [place(session), center.address])))
    entry.add("status", _status(booking, date))
    entry.add("description", "\n".join(_lines(summary, date)))
    entry.add("url", request.build_absolute_uri(page))
    return entry


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
