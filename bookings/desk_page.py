"""Booking for somebody at the desk: what, who, and the number to say at the end."""

from django.contrib import admin, messages
from django.db.models import Q
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import search
from activities.availability import of_session
from activities.models import Activity, BookingMode, Session
from bookings import residents, rules, waitlist
from bookings.desk import Call, book_for
from bookings.desk_form import WHOLE_COURSE, DeskForm
from bookings.models import Booking, BookingChannel
from bookings.panel import new_request_key, questions_of
from bookings.telling import names_in
from venues.staffing import duty_of, workplaces

DATES_AT_MOST = 60
FOUND_AT_MOST = 30


def book_for_somebody(request):
    """First what it is about; with `activity` the form; with `book` it is booked."""
    _works_here(request)
    if not request.GET.get("activity", "").isdecimal():
        return _choose(request)
    activity = get_object_or_404(
        Activity.objects.filter(center__in=workplaces(request.user)).select_related("center"),
        pk=request.GET["activity"],
    )
    sessions = _dates(activity)
    form = DeskForm(
        request.POST or QueryDict(),
        sessions=sessions,
        questions=questions_of(activity),
        is_ready="book" in request.POST,
        initial={"request_key": new_request_key(), "session": [request.GET.get("session")]},
    )
    if form.is_bound and form.is_valid():
        outcomes = _book(request, activity, form)
        if any(outcome.booking for outcome in outcomes):
            return _done(request, form, outcomes)
        for outcome in outcomes:
            form.add_error(None, _in_words(outcome))
        form.limit_reached = any(outcome.refusal.code == "limit" for outcome in outcomes)
    return _form_page(request, activity, sessions, form)


def booked_for_somebody(request, request_key):
    """The number to say, large, and what was booked."""
    _works_here(request)
    bookings = list(
        Booking.objects.filter(booked_by=request.user, request_key=request_key)
        .select_related("activity__center", "session__taking__room__floor")
        .order_by("session__starts_at", "pk")
    )
    if not bookings:
        raise Http404
    context = {
        "title": _("Booked"),
        "bookings": [
            (booking, waitlist.position(booking), names_in(booking)) for booking in bookings
        ],
        "activity": bookings[0].activity,
    }
    return _page(request, "admin/booked_for_somebody.html", context)


def _works_here(request):
    if not duty_of(request.user).works:
        raise Http404


def _choose(request):
    """The next dates, or those that somebody names."""
    words = request.GET.get("q", "")
    dates = (
        Session.objects.live()
        .published()
        .filter(
            activity__center__in=workplaces(request.user),
            activity__is_drop_in=False,
            booking_closes_at__gt=timezone.now(),
        )
    )
    if query := search.query_for(words):
        dates = dates.filter(Q(activity__search_vector=query) | Q(topic__icontains=words.strip()))
    found = dates.for_lists().order_by("starts_at", "pk")[:FOUND_AT_MOST]
    context = {
        "title": _("Book for somebody"),
        "q": words,
        "dates": [(session, of_session(session)) for session in found],
    }
    return _page(request, "admin/choose_date.html", context)


def _dates(activity):
    """Dates that the desk may book on their own."""
    if activity.booking_mode == BookingMode.COURSE:
        return []
    at = timezone.now()
    coming = activity.sessions.live().filter(booking_closes_at__gt=at).with_room()
    return list(coming[:DATES_AT_MOST])


def _form_page(request, activity, sessions, form):
    chosen = form["session"].value() or []
    course = _course(activity)
    ticked = form["person"].value() or []
    context = {
        "title": _("Book for somebody"),
        "activity": activity,
        "form": form,
        "dates": [
            (session, of_session(session), str(session.pk) in chosen) for session in sessions
        ],
        "course": course,
        "course_chosen": form[WHOLE_COURSE].value() or not sessions,
        "people": [(person, str(person.pk) in ticked) for person in form.people],
        "namesakes": form.namesakes,
        "residents_until": residents.first_until(
            activity, sessions[:1] or course, at=timezone.now()
        ),
    }
    status = 422 if form.errors else 200
    return _page(request, "admin/book_for_somebody.html", context, status)


def _course(activity):
    """The coming dates of a course that the desk may book as a whole."""
    if activity.booking_mode == BookingMode.SINGLE:
        return []
    if rules.closed(activity, session=None, channel=BookingChannel.DESK):
        return []
    return list(activity.sessions.live().coming())


def _book(request, activity, form):
    call = Call(
        activity=activity,
        people=form.cleaned_data["person"],
        by=request.user,
        request_key=form.cleaned_data["request_key"],
        newcomer=form.newcomer,
        asked_by=form.asked_by,
        answers=form.answers,
        note=form.cleaned_data["note"],
        beyond_limits=form.cleaned_data["beyond_limits"],
        agreed=form.cleaned_data.get("health_agreed", ""),
    )
    return book_for(call, form.wishes)


def _done(request, form, outcomes):
    for outcome in outcomes:
        if outcome.refusal:
            messages.warning(request, _in_words(outcome))
    return redirect("admin:booked_for_somebody", form.cleaned_data["request_key"])


def _in_words(outcome):
    if outcome.session is None:
        return str(outcome.refusal)
    when = rules.moment(outcome.session.starts_at)
    return _("%(when)s: %(reason)s") % {"when": when, "reason": outcome.refusal}


def _page(request, template, context, status=200):
    everywhere = admin.site.each_context(request)
    return TemplateResponse(request, template, everywhere | context, status=status)
