"""Rooms that people have asked for: the queue of the staff, and what they answer."""

from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from bookings import room_refusals, rooms
from bookings.board_page import way_back
from bookings.change_forms import EquipmentForm
from bookings.models import ROOM_IS_ASKED_FOR, RoomBooking, RoomBookingStatus
from bookings.room_clashes import clashes_of
from bookings.room_form import ChangeForm
from bookings.rules import BookingRefused, moment
from bookings.session_filters import WhenFilter
from venues import takings
from venues.desk import CenterFilter, DeskAdmin, RoomField
from venues.models import Room
from venues.stock import EquipmentGone
from venues.takings import RoomTaken

COLORS = dict.fromkeys(RoomBookingStatus) | {
    RoomBookingStatus.REQUESTED: "warning",
    RoomBookingStatus.CONFIRMED: "success",
}


class ToComeFilter(WhenFilter):
    def lookups(self, request, model_admin):
        return [("", _("To come")), ("past", _("Past")), ("all", _("All"))]

    def queryset(self, request, queryset):
        match self.value():
            case "past":
                return queryset.filter(ends_at__lte=timezone.now()).order_by("-starts_at", "-pk")
            case "all":
                return queryset
            case _:
                return queryset.filter(ends_at__gt=timezone.now())


class SeriesFilter(admin.SimpleListFilter):
    """A series is one row of its own list, where all of it is decided at once."""

    title = _("series")
    parameter_name = "series"

    def lookups(self, request, model_admin):
        return [("no", _("Single bookings")), ("yes", _("Dates of a series"))]

    def queryset(self, request, queryset):
        known = {"no": True, "yes": False}
        if self.value() not in known:
            return queryset
        return queryset.filter(series__isnull=known[self.value()])


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Whoever asked reads this sentence.")
    )


class QuestionForm(forms.Form):
    question = forms.CharField(
        label=_("What would you like to know?"),
        max_length=200,
        help_text=_("Whoever asked reads it and can answer."),
    )


class StaffChangeForm(ChangeForm):
    """The same fields; its answer is what is asked of the service."""

    room = RoomField(Room.objects.none(), label=_("Room"), empty_label=None)

    def clean(self):
        super().clean()
        return self.wish if not self.errors else self.cleaned_data


@admin.register(RoomBooking)
class RoomBookingAdmin(DeskAdmin):
    """Requests are looked at and decided; nothing is typed over."""

    center_path = "room__floor__center"
    names_people = True
    for_looking = True
    refusals = (BookingRefused, RoomTaken, EquipmentGone)
    list_display = ["room", "when", "purpose", "who", "headcount", "status_shown", "in_the_way"]
    list_select_related = ["room__floor__center", "person", "partner"]
    list_filter = ["status", ToComeFilter, SeriesFilter, CenterFilter]
    search_fields = ["reference", "purpose", "room__name", "person__name", "partner__name"]
    ordering = ["starts_at", "pk"]
    actions_detail = ["accept", "ask_back", "decline", "change_it", "lend_equipment", "cancel"]
    fields = [
        ("reference", "status"),
        ("room", "headcount"),
        ("starts_at", "ends_at"),
        ("purpose", "equipment"),
        "in_the_way",
        ("question", "answer"),
        ("person", "partner"),
        ("booked_by", "channel"),
        ("decided_by", "decided_at"),
        "decision",
        ("canceled_by", "canceled_at"),
        ("terms", "checked_in_at"),
    ]
    readonly_fields = [
        name for line in fields for name in (line if isinstance(line, tuple) else [line])
    ]

    def has_add_permission(self, request):
        return False

    def get_changelist_instance(self, request):
        """What stands in the way of the requests on this page is looked up for all at once."""
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        found = clashes_of([row for row in rows if row.status == RoomBookingStatus.REQUESTED])
        for row in rows:
            row.clashes = found.get(row.pk)
        changelist.result_list = rows
        return changelist

    def get_fields(self, request, obj=None):
        """Lines that say nothing, because nothing of the kind has happened, are left out."""
        return [line for line in super().get_fields(request, obj) if _says_something(line, obj)]

    @display(description=_("equipment"))
    def equipment(self, booking):
        wanted = booking.wanted_equipment.select_related("equipment")
        return ", ".join(map(str, wanted)) or "–"

    @display(description=_("for whom"))
    def who(self, booking):
        return booking.partner or booking.person

    @display(description=_("when"), ordering="starts_at")
    def when(self, booking):
        return f"{moment(booking.starts_at)}–{timezone.localtime(booking.ends_at):%H:%M}"

    @display(description=_("state"), ordering="status", label=COLORS)
    def status_shown(self, booking):
        return booking.status, booking.get_status_display()

    @display(description=_("in the way"))
    def in_the_way(self, booking):
        """What else wants the room then; of what is decided nobody asks."""
        if booking.status != RoomBookingStatus.REQUESTED:
            return ""
        if not hasattr(booking, "clashes"):
            booking.clashes = clashes_of([booking])[booking.pk]
        return "; ".join(booking.clashes) or _("nothing")

    @action(
        description=_("Accept"),
        permissions=["decide"],
        icon="check",
        variant=ActionVariant.PRIMARY,
    )
    def accept(self, request, object_id):
        booking = self.acted_on(request, object_id)
        if decided := self._decided(request, booking):
            return decided
        return self.ask_first(
            request,
            booking,
            question=_("Give them the room?"),
            text=_("%(what)s. In the way: %(clashes)s.")
            % {"what": self._in_short(booking), "clashes": self.in_the_way(booking)},
            label=_("Accept"),
            do=lambda: rooms.accept(booking, by=request.user, seen=request.POST.get("seen", "")),
            seen=booking.wish,
            done=_("It is booked, and they are being told."),
        )

    @action(description=_("Ask back"), permissions=["decide"], icon="help")
    def ask_back(self, request, object_id):
        booking = self.acted_on(request, object_id)
        if decided := self._decided(request, booking):
            return decided
        return self.ask_first(
            request,
            booking,
            question=_("Ask them something first"),
            text=self._in_short(booking),
            label=_("Ask"),
            form=QuestionForm(request.POST or None),
            do=lambda question: rooms.ask_back(booking, by=request.user, question=question),
            done=_("They are being asked."),
        )

    @action(
        description=_("Decline"),
        permissions=["decide"],
        icon="close",
    )
    def decline(self, request, object_id):
        booking = self.acted_on(request, object_id)
        if decided := self._decided(request, booking):
            return decided
        return self.ask_first(
            request,
            booking,
            question=_("Decline this request?"),
            text=self._in_short(booking),
            label=_("Decline"),
            form=DeclineForm(request.POST or None),
            do=lambda reason: rooms.decline(booking, by=request.user, reason=reason),
            done=_("They are being told why."),
        )

    @action(description=_("Another time or room"), permissions=["change_it"], icon="edit_calendar")
    def change_it(self, request, object_id):
        booking = self.acted_on(request, object_id)
        here = Room.objects.active().filter(floor__center=booking.room.center)
        return self.ask_first(
            request,
            booking,
            question=_("Another time or room"),
            text=_("%(what)s. They are told.") % {"what": self._in_short(booking)},
            label=_("Change it"),
            form=StaffChangeForm(
                request.POST or None, booking=booking, rooms=here, suggested=request.GET
            ),
            do=lambda **wish: _change(booking, **wish),
            done=_("It is changed, and they are being told."),
            back=way_back(request),
        )

    @action(description=_("Cancel"), permissions=["cancel"], icon="event_busy")
    def cancel(self, request, object_id):
        booking = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            booking,
            question=_("Cancel this room booking?"),
            text=_("%(what)s. They are told, and the room is free again.")
            % {"what": self._in_short(booking)},
            label=_("Cancel the booking"),
            do=lambda: rooms.cancel(booking, by=request.user),
            done=_("It is canceled."),
        )

    @action(description=_("Equipment"), permissions=["cancel"], icon="videocam")
    def lend_equipment(self, request, object_id):
        booking = self.acted_on(request, object_id)
        wanted = booking.wanted_equipment.select_related("equipment")
        has = {each.equipment: each.number for each in wanted}
        form = EquipmentForm(request.POST or None, room=booking.room, has=has)
        return self.ask_first(
            request,
            booking,
            question=_("What do they need in the room?"),
            text=_("It is kept for the time of the booking, and moves along with it."),
            label=_("Lend it"),
            form=form,
            do=lambda **_numbers: rooms.equip(booking, form.wanted),
            done=_("It is lent."),
        )

    def has_decide_permission(self, request, object_id=None):
        return self._is_in(request, object_id, [RoomBookingStatus.REQUESTED])

    def has_change_it_permission(self, request, object_id=None):
        return self._is_in(request, object_id, ROOM_IS_ASKED_FOR)

    def has_cancel_permission(self, request, object_id=None):
        return self._is_in(request, object_id, [RoomBookingStatus.CONFIRMED])

    def _in_short(self, booking):
        people = ngettext("%(n)s person", "%(n)s people", booking.headcount)
        return " · ".join(
            str(each)
            for each in (
                booking.room,
                self.when(booking),
                booking.purpose,
                self.who(booking),
                people % {"n": booking.headcount},
            )
        )

    def _decided(self, request, booking):
        """The way back, with a word on who was first, where nothing is left to decide."""
        if reason := room_refusals.decided(booking, timezone.now()):
            messages.warning(request, str(reason))
            return redirect(self.address_of(booking))
        return None

    def _is_in(self, request, object_id, states):
        """Buttons are offered where they lead somewhere; asked once for all of them.

        Whoever has come to a button's own address is told there what has become of it.
        """
        if not request.resolver_match.url_name.endswith("_change"):
            return self.has_act_permission(request)
        if not hasattr(request, "_room_booking_state"):
            row = self.named(request, object_id).filter(starts_at__gt=timezone.now())
            request._room_booking_state = row.values_list("status", flat=True).first()
        return self.has_act_permission(request) and request._room_booking_state in states


def _change(booking, *, room, starts_at, ends_at, **more):
    """What is in the way is nobody's business, but that of the staff."""
    try:
        rooms.change(
            booking, room=room, starts_at=starts_at, ends_at=ends_at, by_staff=True, **more
        )
    except BookingRefused as no:
        if no.reason.code != "room_taken":
            raise
        span = room.with_buffers(starts_at, ends_at)
        in_the_way = takings.clashes(room, *span).exclude(pk=booking.taking_id)
        raise RoomTaken(room, in_the_way) from no


def _says_something(line, booking):
    """What only the desk works out, and is no column of a booking, always stands there."""
    names = line if isinstance(line, tuple) else (line,)
    if booking is None or "in_the_way" in names:
        return booking is None or booking.status == RoomBookingStatus.REQUESTED
    return any(getattr(booking, name, True) for name in names)
