"""The page behind the link of an offer: accept, or no thanks, without signing in.

Opening it changes nothing: mail scanners and chat previews open links, too. Whoever has the link
may answer, so the page says no more than one needs for that.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.names import short_name
from bookings import offer_links, services
from bookings.models import BookingChannel, Status
from bookings.rules import BookingRefused, Refusal
from bookings.summaries import Summary
from bookings.telling import audience

ANSWERS = {"accept": services.accept, "decline": services.decline}
# Every other refusal may tell of people and of what else they do.
MAY_BE_READ_BY_ANYBODY = {"over", "offer_lapsed", "already_taken", "closed", "called_off"}


# The link is what lets somebody answer, and nothing in a cookie that a strange page could use.
# Besides, without a referrer browsers name no origin that could be looked at.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request, token):
    found = offer_links.booking_of(token)
    if found is None:
        raise Http404
    booking, is_current = found
    if request.method != "POST":
        return _page(request, booking, is_current)
    answer = ANSWERS.get(request.POST.get("answer"))
    if answer is None:
        reason = Refusal("no_answer", _("Please choose one of the two buttons."))
        return _page(request, booking, is_current, refusal=reason, status=422)
    if booking.status == Status.OFFERED and not is_current:
        return _page(request, booking, is_current, status=409)
    try:
        answer(booking, by=_whoever_booked(booking))
    except BookingRefused as no:
        booking.refresh_from_db(fields=["status", "offer_expires_at"])
        reason = _for_anybody(no.reason, booking)
        return _page(request, booking, is_current, refusal=reason, status=409)
    return redirect("bookings:offer", token)


def _whoever_booked(booking):
    """The desk did not answer, though it booked."""
    return booking.booked_by if booking.channel == BookingChannel.WEB else None


def _for_anybody(reason, booking):
    if reason.code in MAY_BE_READ_BY_ANYBODY:
        return reason
    return Refusal(
        "ask_us",
        _("This place cannot be taken by the link alone."),
        _("Please sign in to see why, or call the desk: %(phone)s.")
        % {"phone": booking.activity.center.phone},
    )


def _page(request, booking, is_current, *, refusal=None, status=200):
    summary = Summary(booking)
    names = [short_name(person.name) for person in summary.people]
    context = {
        "summary": summary,
        "state": _state(summary, is_current),
        "names": pgettext("between names", ", ").join(names),
        "has_page": audience(booking)[0] is not None,
        "refusal": refusal,
    }
    response = render(request, "bookings/offer.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _state(summary, is_current):
    """What has become of the offer, for the template; each has words of its own."""
    if summary.is_called_off:
        return "called_off"
    if summary.has_lapsed:
        return "lapsed"
    if summary.booking.status == Status.CANCELED:
        return "canceled"
    if not summary.coming or summary.next.session.starts_at <= timezone.now():
        return "over"
    if summary.is_confirmed:
        return "taken"
    return "held" if summary.is_offered and is_current else "replaced"
