"""Closures at the desk: what one meets is shown and decided first, then all of it is done at once."""

from copy import copy

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from bookings import closing, effects
from bookings.closing_forms import AnswersForm, ClosureForm
from bookings.models import RoomBooking
from bookings.rules import BookingRefused
from venues import closures
from venues.desk import CenterFilter, DeskAdmin
from venues.models import Closure
from venues.staffing import workplaces
from venues.takings import RoomTaken


@admin.register(Closure)
class ClosureAdmin(DeskAdmin):
    for_managers = True
    refusals = (BookingRefused, RoomTaken)
    list_display = ["reason", "center", "what", "starts_at", "ends_at"]
    list_select_related = ["center", "room"]
    list_filter = [CenterFilter]
    search_fields = ["reason", "room__name"]
    ordering = ["-starts_at"]
    fields = ["center", "room", "starts_at", "ends_at", "reason"]
    # What shut the rooms is their taking; another time is another closure.
    readonly_fields = ["center", "room", "starts_at", "ends_at"]
    actions_detail = ["open_again"]

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        return close(self, request)

    @display(description=_("shut"))
    def what(self, closure):
        return closure.room or _("the whole center")

    @action(description=_("Open again"), permissions=["act"], icon="lock_open")
    def open_again(self, request, object_id):
        closure = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            closure,
            question=_("Open again?"),
            text=_("From now on the rooms are free again."),
            label=_("Open again"),
            do=lambda: closures.open_again(closure),
            done=_("It is open again, and its rooms are free."),
        )


def close(desk, request):
    """A form; what is met, with a choice for each; what happens; and the button that does it."""
    form = ClosureForm(
        request.POST or None,
        centers=workplaces(request.user),
        initial=_named(request),
    )
    answers = found = None
    if request.method == "POST" and form.is_valid():
        answers, found = _look(request, form.instance)
        if found and found.is_done:
            messages.success(request, _("It is closed, and everybody it touches is being told."))
            return redirect(desk.address_of(Closure()))
    is_changed = "sure" in request.POST and bool(found) and not found.refusal
    context = {
        **desk.admin_site.each_context(request),
        "title": _("Close a room or the center"),
        "text": _("What is planned then is shown first; you decide what becomes of it."),
        "label": _("Close"),
        "form": form,
        "answers": answers,
        "media": form.media,
        "effects": found,
        "looks_at_once": False,
        "is_changed": is_changed,
        "opts": desk.opts,
        "back": desk.address_of(Closure()),
    }
    status = _status(request, form, answers, found, is_changed)
    return TemplateResponse(request, "admin/close_first.html", context, status=status)


def _look(request, closure):
    """(what is asked about each thing met, what would happen or has happened)."""
    met = closing.hits(closure)
    asked = request.POST if met and "rest" in request.POST else None
    answers = AnswersForm(asked, hits=met, rooms=closing.rooms_instead(closure, met))
    if met and not (asked and answers.is_valid()):
        return answers, None
    given = answers.answers if met else {}
    seen = request.POST.get("seen", "") if "sure" in request.POST else ""

    def change():
        closing.close(copy(closure), given, by=request.user)

    found = effects.of(
        change,
        [hit.thing for hit in met if hit.is_session],
        room_bookings=[hit.thing for hit in met if isinstance(hit.thing, RoomBooking)],
        seen=seen,
    )
    if not met and not found.refusal:
        # There is nothing to look at: nobody is touched.
        found = effects.of(change, [], seen=found.fingerprint)
    return answers.spelled_out() if met else None, found


def _named(request):
    """What another page has chosen already, and the center of whoever has only one."""
    centers = list(workplaces(request.user)[:2])
    only = {"center": centers[0].pk} if len(centers) == 1 else {}
    return only | {
        name: request.GET[name] for name in ClosureForm.Meta.fields if name in request.GET
    }


def _status(request, form, answers, found, is_changed):
    if request.method != "POST":
        return 200
    if form.errors or (answers and answers.errors):
        return 422
    return 409 if is_changed or (found and found.refusal) else 200
