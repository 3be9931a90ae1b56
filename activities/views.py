"""The public pages: what is on, what is coming, and each activity."""

from functools import partial
from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.page_cache import kept_for_visitors
from activities import calendars, front_page, linked_data
from activities.availability import of_course
from activities.filters import CalendarFilters, Filters, PartOfDay, View
from activities.models import Activity, BookingMode, Session
from activities.outline import Outline
from activities.pages import Page
from activities.shells import kept_for_readers
from activities.tallies import put_beside_choices
from activities.ways_out import ways_out
from prepared import prepared

ROWS = 20
ROWS_OF_A_DAY = 40
DATES_OF_AN_ACTIVITY = 60


@require_safe
@login_not_required
@kept_for_visitors
def home(request):
    return render(request, "activities/home.html", front_page.contents())


@require_safe
@login_not_required
# Or who goes back would find a piece of the page.
@vary_on_headers("HX-Request", "HX-History-Restore-Request")
@kept_for_visitors
def catalog(request):
    """Without a first day: what is still to come."""
    filters = Filters(request.GET)
    put_beside_choices(filters, partial(_to_come, filters))
    sessions = _to_come(filters)
    if words := filters.get("q"):
        sessions = sessions.by_fit(words)
    page = Page.of(sessions, request.GET.get("page"), ROWS)
    is_piece = request.htmx and not request.htmx.history_restore_request
    template = "activities/_results.html" if is_piece else "activities/list.html"
    context = {
        "filters": filters,
        "view": "",
        "views": View,
        "page": page,
        "is_piece": is_piece,
        "days": [(day, found) for (_fit, day), found in _by(_fit_and_day, page)],
        "ways_out": partial(ways_out, filters, partial(_to_come, filters)),
    }
    return render(request, template, context)


def _to_come(filters, without=()):
    sessions = filters.apply(Session.objects.published().for_lists(), without)
    return sessions if filters.asks("from", without) else sessions.not_over()


@require_safe
@login_not_required
@kept_for_visitors
def calendar(request):
    filters = CalendarFilters(request.GET)
    view = View(filters.get("view") or View.WEEK)
    day = filters.get("date") or filters.get("from") or timezone.localdate()
    shown = partial(_on_days, filters, calendars.days_in(view, day))
    put_beside_choices(filters, shown)
    laid_out = {View.MONTH: _month, View.WEEK: _week, View.DAY: _one_day}[view]
    context = laid_out(shown(), day, request.GET.get("page")) | {
        "filters": filters,
        "ways_out": partial(ways_out, filters, shown),
        "view": view,
        "views": View,
        "day": day,
        "today": timezone.localdate(),
        "before": day - view.step,
        "after": day + view.step,
    }
    return render(request, f"activities/calendar_{view}.html", context)


def _on_days(filters, days, without=()):
    sessions = filters.apply(Session.objects.published().for_lists(), without)
    return sessions.between(days[0], days[-1])


def _month(sessions, day, page):
    weeks = calendars.lay_out_month(sessions, day)
    return {"weeks": weeks, "total": sum(day.total for week in weeks for day in week)}


def _week(sessions, day, page):
    days = calendars.lay_out_week(sessions, calendars.week_of(day))
    return {"days": days, "total": sum(day.total for day in days)}


def _one_day(sessions, day, page):
    page = Page.of(sessions, page, ROWS_OF_A_DAY)
    return {"page": page, "parts": _by(_part, page)}


@require_safe
@login_not_required
@kept_for_visitors
@kept_for_readers
def activity(request, pk):
    activity = _public.first(pk)
    if activity is None:
        raise Http404
    is_course = activity.booking_mode == BookingMode.COURSE
    sessions = _dates(activity) if is_course else _coming_dates(activity, timezone.now())
    for session in sessions:
        session.activity = activity
    address = request.build_absolute_uri(activity.get_absolute_url())
    context = {
        "activity": activity,
        "address": address,
        "sessions": sessions,
        "dates": _dates_to_read(activity, sessions),
        "outline": Outline(sessions),
        "places": of_course(activity, sessions) if is_course and sessions else None,
        "events": linked_data.events(activity, sessions, address),
    }
    return render(request, "activities/detail.html", context)


@prepared
def _public(pk):
    shown = Activity.objects.public().select_related("center", "category", "partner")
    return shown.filter(pk=pk)


@prepared
def _dates(activity):
    dates = Session.objects.filter(activity=activity).with_room().select_related("leader")
    return dates[:DATES_OF_AN_ACTIVITY]


@prepared
def _coming_dates(activity, at):
    dates = Session.objects.filter(activity=activity, ends_at__gt=at).with_room()
    return dates.select_related("leader")[:DATES_OF_AN_ACTIVITY]


def _dates_to_read(activity, sessions):
    """Dates that are ticked one by one stand beside the button; here only what is called off."""
    if activity.booking_mode == BookingMode.SINGLE and not activity.is_drop_in:
        return [session for session in sessions if session.canceled_at]
    return sessions


def _by(name, sessions):
    """[(name, sessions that share it)], in their order."""
    return [(key, list(found)) for key, found in groupby(sessions, name)]


def _fit_and_day(session):
    return session.fit, _day(session)


def _day(session):
    return timezone.localtime(session.starts_at).date()


def _part(session):
    return PartOfDay.of(timezone.localtime(session.starts_at)).label
