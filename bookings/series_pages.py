"""Series of room bookings as residents and partners see them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.calendar_files import answer
from bookings import room_series, series_changes
from bookings.models import RoomBookingStatus, RoomSeries
from bookings.panel import new_request_key
from bookings.room_feeds import own_entry
from bookings.room_form import SpanForm
from bookings.room_pages import bookable
from bookings.rules import BookingRefused
from bookings.series_form import SeriesChangeForm
from bookings.series_words import rule_in_words
from partners.models import Partner


@require_safe
def series(request, reference):
    return _show(request, _mine_named(request, reference))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request, reference):
    """All dates to come, or those from the date `since` on."""
    series = _changed_here(request, reference)
    since = _since(request, series)
    coming = _coming(series, since)
    if not coming:
        return _show(request, series, refusal=room_series.no_dates_left(), status=409)
    form = SeriesChangeForm(request.POST or None, series=series, rooms=_choice(series))
    context = {"series": series, "since": since, "coming": coming, "form": form}
    if request.method != "POST":
        return render(request, "rooms/series_change.html", context)
    if not form.is_valid():
        return render(request, "rooms/series_change.html", context, status=422)
    try:
        outcome = series_changes.change(series, since=since, **form.wish)
    except BookingRefused as no:
        context["refusal"] = no.reason
        return render(request, "rooms/series_change.html", context, status=409)
    messages.success(request, _changed(outcome))
    return redirect("rooms:series", reference)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, reference):
    """All dates to come, or those from the date `since` on, after asking."""
    series = _changed_here(request, reference)
    since = _since(request, series)
    coming = _coming(series, since)
    if request.method != "POST" and coming:
        context = {"series": series, "since": since, "coming": coming}
        return render(request, "rooms/series_cancel.html", context)
    try:
        if not coming:
            raise BookingRefused(room_series.no_dates_left())
        room_series.cancel(series, since=since, by=request.user)
    except BookingRefused as no:
        return _show(request, series, refusal=no.reason, status=409)
    messages.success(request, _("It is canceled. Thank you for making room."))
    return redirect("rooms:series", reference)


@require_POST
def add(request, reference):
    """One more date of the same kind."""
    series = _changed_here(request, reference)
    form = _one_more(series, request.POST)
    if not form.is_valid():
        return _show(request, series, form=form, status=422)
    starts_at, ends_at = form.span
    key = request.POST.get("request_key", "")[:64] or new_request_key()
    try:
        room_series.add_date(
            series, starts_at=starts_at, ends_at=ends_at, by=request.user, request_key=key
        )
    except BookingRefused as no:
        return _show(request, series, form=form, refusal=no.reason, status=409)
    messages.success(request, _("One more date is added."))
    return redirect("rooms:series", reference)


@require_safe
def calendar(request, reference):
    """Every date, also what is canceled: a calendar that has it must take it out."""
    series = _mine_named(request, reference)
    dates = series.dates.with_room().order_by("starts_at", "pk")
    return answer(request, series.purpose, [own_entry(each) for each in dates], product="Rooms")


def _mine_named(request, reference):
    found = RoomSeries.objects.visible_to(request.user).with_room().distinct()
    return get_object_or_404(found, reference=reference)


def _changed_here(request, reference):
    """One that this user may change, too; a partner's viewers only look."""
    found = RoomSeries.objects.changed_by(request.user).with_room().distinct()
    return get_object_or_404(found, reference=reference)


def _since(request, series):
    """The date from which on it is meant, or None for all of it; 404 for one that is not its."""
    named = request.POST.get("since") or request.GET.get("since")
    return get_object_or_404(series.dates, reference=named) if named else None


def _coming(series, since=None):
    dates = series.dates.alive().filter(starts_at__gt=timezone.now())
    if since:
        dates = dates.filter(starts_at__gte=since.starts_at)
    return list(dates.with_room().order_by("starts_at", "pk"))


def _choice(series):
    whose = {"for_partners": True} if series.partner_id else {"for_residents": True}
    here = bookable().filter(floor__center=series.room.floor.center_id)
    return here.filter(**whose) | here.filter(pk=series.room_id)


def _one_more(series, data=None):
    initial = {"start": series.starts_at, "end": series.ends_at, "headcount": series.headcount}
    form = SpanForm(data, initial=initial)
    del form.fields["headcount"]
    return form


def _changed(outcome):
    done = ngettext("%(n)s date is changed.", "%(n)s dates are changed.", len(outcome.dates)) % {
        "n": len(outcome.dates)
    }
    if not outcome.missed:
        return done
    kept = ngettext(
        "%(n)s date stays as it was.", "%(n)s dates stay as they were.", len(outcome.missed)
    ) % {"n": len(outcome.missed)}
    return f"{done} {kept}"


def _show(request, series, *, form=None, status=200, **more):
    series.refresh_from_db()
    dates = list(series.dates.with_room().order_by("starts_at", "pk"))
    now = timezone.now()
    partners = Partner.objects.posted_by(request.user)
    coming = [each for each in dates if each.is_alive and each.starts_at > now]
    had = {each.starts_at for each in dates if each.is_alive}
    context = {
        "series": series,
        "may_change": not series.partner_id or partners.filter(pk=series.partner_id).exists(),
        "rule": rule_in_words(series),
        "coming": coming,
        "others": [each for each in dates if each not in coming],
        "missed": [each for each in series.missed.all() if each.starts_at not in had],
        "waits": any(each.status == RoomBookingStatus.REQUESTED for each in coming),
        "form": form or _one_more(series),
        "request_key": request.POST.get("request_key") or new_request_key(),
    }
    return render(request, "rooms/series.html", context | more, status=status)
