"""Making dates at the desk: a rule, a preview of every date, and only then the dates."""

import hashlib
from datetime import timedelta

from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from activities import wished_times
from activities.dates_form import DatesForm
from activities.models import Activity, Session
from activities.previews import preview
from activities.services import LeaderBusy
from bookings import changes
from bookings.rules import BookingRefused
from venues.takings import RoomTaken

USUAL_WEEKS = 12


def make_dates(request, activity_id):
    """The form; with `preview` every date of it; with `save` the ticked ones are made."""
    site = admin.site
    activity = site.get_model_admin(Activity).acted_on(request, activity_id)
    form = DatesForm(
        request.POST or None,
        activity=activity,
        leaders=site.get_model_admin(Person).get_queryset(request),
        leader_widget=AutocompleteSelect(Session._meta.get_field("leader"), site),
        initial=_as_last_time(activity) | _as_wished(activity, request.GET.get("wish", "")),
    )
    chosen, refusal = None, ""
    if "save" in request.POST and form.is_valid():
        chosen = [each for each in form.plan.sessions if str(each.day) in _ticked(request)]
        refusal = _not_seen(request, form, chosen) or _save(activity, form, chosen)
        if not refusal:
            _say_made(request, len(chosen))
            return redirect(_dates_of(activity))
    context = {
        **site.each_context(request),
        **_shown(activity, form, chosen),
        "refusal": refusal,
        "form": form,
        "media": form.media,
        "title": _("Make dates: %(activity)s") % {"activity": activity},
    }
    status = 422 if refusal or form.errors else 200
    return TemplateResponse(request, "admin/make_dates.html", context, status=status)


def _shown(activity, form, chosen):
    """The dates with what is known about them; ticked are the chosen, or all that can be made."""
    if not form.is_bound or not form.is_valid():
        return {"rows": []}
    given = form.cleaned_data
    rows = preview(activity, form.plan, room=given["room"], leader=given["leader"])
    days = {each.day for each in chosen} if chosen else None
    return {
        "rows": [(row, row.can_be_made and (days is None or row.day in days)) for row in rows],
        "seen": _fingerprint(form),
        "to_make": sum(row.can_be_made for row in rows),
        "in_the_way": sum(bool(row.obstacle) for row in rows),
        "left_out": sum(bool(row.left_out) for row in rows),
        "unknown_years": form.plan.unknown_years,
    }


def _not_seen(request, form, chosen):
    """Only dates that somebody has looked at are made."""
    if request.POST.get("seen") != _fingerprint(form):
        return _("You have changed the form. Please look at the dates again.")
    if not chosen:
        return _("Please tick at least one date.")
    return ""


def _save(activity, form, chosen):
    """Make all of the chosen dates, or say why none was made."""
    given = form.cleaned_data
    try:
        changes.add_dates(
            activity,
            [(each.starts_at, each.ends_at) for each in chosen],
            capacity=given["capacity"],
            room=given["room"],
            outside_place=given["outside_place"],
            leader=given["leader"],
            topic=given["topic"],
        )
    except (RoomTaken, LeaderBusy, BookingRefused) as refused:
        return _("Nothing was made yet. %(reason)s") % {"reason": refused.reason}
    return ""


def _as_last_time(activity):
    """Most new dates are like the ones before them."""
    initial = {"first_day": timezone.localdate() + timedelta(days=1), "weeks": USUAL_WEEKS}
    last = activity.sessions.with_room().order_by("-starts_at").first()
    if last is None:
        return initial
    return initial | {
        "starts_at": timezone.localtime(last.starts_at).time(),
        "ends_at": timezone.localtime(last.ends_at).time(),
        "room": last.room,
        "outside_place": last.outside_place,
        "capacity": last.capacity,
        "leader": last.leader_id,
    }


def _as_wished(activity, number):
    """What the partner has wished for, in the room that has most of these dates free."""
    wishes = activity.wished_times.filter(pk=number) if number.isdecimal() else []
    chances = wished_times.chances(wishes, activity.center)
    return _first_values(*chances) if chances else {}


def _first_values(chance):
    wish = chance.wish
    return {
        "weekdays": [wish.first_day.isoweekday()],
        "first_day": max(wish.first_day, timezone.localdate()),
        "weeks": wish.weeks,
        "starts_at": wish.starts_at,
        "ends_at": wish.ends_at,
        "room": chance.other or chance.room,
        "outside_place": "",
    } | ({"capacity": wish.people} if wish.people else {})


def _ticked(request):
    return set(request.POST.getlist("date"))


def _fingerprint(form):
    given = form.cleaned_data
    what = (form.plan.sessions, given["room"], given["leader"])
    return hashlib.sha256(repr(what).encode()).hexdigest()[:16]


def _say_made(request, count):
    words = ngettext("%(count)s date has been made.", "%(count)s dates have been made.", count)
    messages.success(request, words % {"count": count})


def _dates_of(activity):
    address = reverse("admin:activities_session_changelist")
    return f"{address}?{urlencode({'activity__id__exact': activity.pk})}"
