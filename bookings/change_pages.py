"""Changes by staff: every effect is shown first, and only what was seen is done."""

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts.models import Person
from activities.models import Activity, Session
from bookings import changes, effects, merging
from bookings.board_page import way_back
from bookings.change_forms import (
    CallOffForm,
    CapacityForm,
    EndForm,
    LeaderForm,
    MergeForm,
    MoveForm,
)


def call_off(desk, request, session):
    return look_first(
        desk,
        request,
        session,
        title=_("Call this date off?"),
        text=_("The room is free again, and everybody who has booked or waits is told."),
        form=CallOffForm(request.POST or None),
        shown={"reason": ""},
        change=lambda reason: changes.call_off(_fresh(session), reason=reason, by=request.user),
        label=_("Call off"),
        done=_("It is called off, and everybody is being told."),
    )


def move(desk, request, session):
    """Whoever drags it on the board comes with a time and a room, and sees at once what happens."""
    form = MoveForm(request.POST or None, session=session, wanted=request.GET)
    return look_first(
        desk,
        request,
        session,
        title=_("To which time or room?"),
        text=_("Bookings go along, and when booking closes moves by as much."),
        form=form,
        shown=form.wanted or None,
        looks_at_once=False,
        back=way_back(request),
        change=lambda **to: changes.move(_fresh(session), **to, by=request.user),
        label=_("Move it"),
        done=_("It has moved, and everybody is being told."),
    )


def change_places(desk, request, session):
    return look_first(
        desk,
        request,
        session,
        title=_("How many places?"),
        text=_("%(taken)s are taken, %(kept)s are kept for the desk, %(waiting)s people wait.")
        % {
            "taken": session.places_taken,
            "kept": session.places_kept,
            "waiting": session.places_waiting,
        },
        form=CapacityForm(request.POST or None, session=session),
        change=lambda capacity: changes.set_capacity(_fresh(session), capacity),
        label=_("Change the number"),
        done=_("The number of places is changed."),
    )


def change_leader(desk, request, session):
    people = desk.admin_site.get_model_admin(Person).get_queryset(request)
    return look_first(
        desk,
        request,
        session,
        title=_("Who leads it?"),
        form=LeaderForm(request.POST or None, session=session, people=people),
        change=lambda **to: changes.change_leader(_fresh(session), **to, by=request.user),
        label=_("Change the leader"),
        done=_("The leader is changed."),
    )


def merge(desk, request, session):
    form = MergeForm(request.POST or None, session=session)
    return look_first(
        desk,
        request,
        session,
        title=_("Put it together with another date?"),
        text=_("This date is called off, and everybody comes to the other one instead."),
        form=form,
        sessions=[session, *filter(None, [form.into])],
        change=lambda into, **more: merging.merge(_fresh(session), into, **more, by=request.user),
        label=_("Put them together"),
        done=_("The dates are put together, and everybody is being told."),
    )


def end_course(request, activity_id):
    """Everything from one date on is called off at once."""
    desk = admin.site.get_model_admin(Activity)
    activity = desk.acted_on(request, activity_id)
    coming = list(activity.sessions.live().coming().select_related("activity__center").with_room())
    return look_first(
        desk,
        request,
        activity,
        title=_("From which date on is it called off?"),
        text=_("Earlier dates stay as they are. Every booking is told once."),
        form=EndForm(request.POST or None, activity=activity),
        sessions=coming,
        change=lambda first, reason: changes.call_off_all(
            [_fresh(each) for each in coming if each.starts_at >= first.starts_at],
            reason=reason,
            by=request.user,
        ),
        label=_("Call off from there on"),
        done=_("It is called off, and everybody is being told."),
    )


def look_first(
    desk, request, obj, *, title, text="", form, change, label, done, shown=None, sessions=None,
    looks_at_once=True, back="",
):  # fmt: skip
    """A page with a form, what would happen, and the button that does it.

    `change` takes the form's answers. With `shown`, answers to try it with, the effects are
    there before anything is typed; not `looks_at_once` when other answers can be tried, too.
    `desk` is the list of `obj`, a session unless other `sessions` are named.
    """
    sessions, back = sessions or [obj], back or desk.address_of(obj)
    found, is_changed = None, False
    if request.method == "POST" and form.is_valid():
        is_sure = "sure" in request.POST
        seen = request.POST.get("seen", "") if is_sure else ""
        found = effects.of(lambda: change(**form.cleaned_data), sessions, seen=seen)
        if found.is_done:
            messages.success(request, done)
            return redirect(back)
        is_changed = is_sure and not found.refusal
    elif shown is not None:
        found = effects.of(lambda: change(**shown), sessions)
    context = {
        **desk.admin_site.each_context(request),
        "title": title,
        "text": text,
        "label": label,
        "form": form,
        "media": form.media,
        "effects": found,
        "looks_at_once": looks_at_once and shown is not None,
        "is_changed": is_changed,
        "opts": desk.opts,
        "original": obj,
        "back": back,
    }
    status = _status(request, form, found, is_changed)
    return TemplateResponse(request, "admin/change_first.html", context, status=status)


def _fresh(session):
    """As it is, and not as an earlier try has left it."""
    return Session.objects.select_related("activity__center").with_room().get(pk=session.pk)


def _status(request, form, found, is_changed):
    if request.method != "POST":
        return 200
    if form.errors:
        return 422
    return 409 if is_changed or found.refusal else 200
