"""Rooms that people have asked for: the queue of the staff, and what they answer."""

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from bookings import rooms
from bookings.models import ROOM_IS_ASKED_FOR, RoomBooking, RoomBookingStatus
from bookings.rules import BookingRefused, moment
from venues import takings
from venues.desk import CenterFilter, DeskAdmin
from venues.takings import RoomTaken

COLORS = dict.fromkeys(RoomBookingStatus) | {
    RoomBookingStatus.REQUESTED: "warning",
    RoomBookingStatus.CONFIRMED: "success",
}


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


@admin.register(RoomBooking)
class RoomBookingAdmin(DeskAdmin):
    """Requests are looked at and decided; nothing is typed over."""

    center_path = "room__floor__center"
    names_people = True
    for_looking = True
    refusals = (BookingRefused, RoomTaken)
    list_display = ["room", "when", "purpose", "who", "headcount", "status_shown"]
    list_select_related = ["room__floor__center", "person", "partner"]
    list_filter = ["status", CenterFilter]
    search_fields = ["reference", "purpose", "room__name", "person__name", "partner__name"]
    ordering = ["-starts_at"]
    actions_detail = ["accept", "ask_back", "decline", "cancel"]
    fields = [
        ("reference", "status"),
        ("room", "headcount"),
        ("starts_at", "ends_at"),
        "purpose",
        ("person", "partner"),
        ("booked_by", "channel"),
        "in_the_way",
        ("question", "answer"),
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
        """What else wants the room then; what takes it, and other requests."""
        span = booking.room.with_buffers(booking.starts_at, booking.ends_at)
        taken = takings.clashes(booking.room, *span).exclude(pk=booking.taking_id)
        wanted = (
            RoomBooking.objects.requested()
            .filter(room=booking.room, starts_at__lt=span[1], ends_at__gt=span[0])
            .exclude(pk=booking.pk)
        )
        return "; ".join(
            [str(each) for each in taken]
            + [_("also asked for: %(purpose)s") % {"purpose": each.purpose} for each in wanted]
        ) or _("nothing")

    @action(
        description=_("Accept"),
        permissions=["decide"],
        icon="check",
        variant=ActionVariant.PRIMARY,
    )
    def accept(self, request, object_id):
        booking = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            booking,
            question=_("Give them the room?"),
            text=f"{booking.room} · {self.when(booking)} · {booking.purpose}",
            label=_("Accept"),
            do=lambda: rooms.accept(booking, by=request.user),
            done=_("It is booked, and they are being told."),
        )

    @action(description=_("Ask back"), permissions=["decide"], icon="help")
    def ask_back(self, request, object_id):
        booking = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            booking,
            question=_("Ask them something first"),
            label=_("Ask"),
            form=QuestionForm(request.POST or None),
            do=lambda question: rooms.ask_back(booking, by=request.user, question=question),
            done=_("They are being asked."),
        )

    @action(
        description=_("Decline"),
        permissions=["decide"],
        icon="close",
        variant=ActionVariant.DANGER,
    )
    def decline(self, request, object_id):
        booking = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            booking,
            question=_("Decline this request?"),
            label=_("Decline"),
            form=DeclineForm(request.POST or None),
            do=lambda reason: rooms.decline(booking, by=request.user, reason=reason),
            done=_("They are being told why."),
        )

    @action(description=_("Cancel"), permissions=["cancel"], icon="event_busy")
    def cancel(self, request, object_id):
        booking = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            booking,
            question=_("Cancel this room booking?"),
            text=_("They are told, and the room is free again."),
            label=_("Cancel the booking"),
            do=lambda: rooms.cancel(booking, by=request.user),
            done=_("It is canceled."),
        )

    def has_decide_permission(self, request, object_id=None):
        return self._is_in(request, object_id, [RoomBookingStatus.REQUESTED])

    def has_cancel_permission(self, request, object_id=None):
        return self._is_in(request, object_id, ROOM_IS_ASKED_FOR)

    def _is_in(self, request, object_id, states):
        """Buttons are offered where they lead somewhere; asked once for all of them."""
        if not hasattr(request, "_room_booking_state"):
            row = self.named(request, object_id).filter(starts_at__gt=timezone.now())
            request._room_booking_state = row.values_list("status", flat=True).first()
        return self.has_act_permission(request) and request._room_booking_state in states
