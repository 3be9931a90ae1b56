import re

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from accounts import search
from accounts.models import Person
from bookings import answers, passing_on, services, told, waitlist
from bookings.forms import AmongField
from bookings.models import IS_ALIVE, Booking, BookingChannel, Place, Reading, Status
from bookings.rules import BookingRefused, moment
from venues.desk import CenterFilter, DeskAdmin, HistoryInline

COLORS = dict.fromkeys(Status) | {
    Status.WAITING: "warning",
    Status.OFFERED: "info",
    Status.CONFIRMED: "success",
    Status.APPLIED: "info",
}


class PlaceInline(HistoryInline):
    model = Place
    fields = readonly_fields = ["person", "session", "checked_in_at", "absent_at", "canceled_at"]
    verbose_name_plural = _("who, and when")

    def get_queryset(self, request):
        places = super().get_queryset(request)
        return places.select_related("person", "session__activity").order_by(
            "session__starts_at", "person__sort_key"
        )


class ReadingInline(HistoryInline):
    model = Reading
    fields = readonly_fields = ["by", "at", "where_shown"]
    verbose_name_plural = _("who has read the notes on health")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")

    @display(description=_("where"))
    def where_shown(self, reading):
        return answers.WHERE.get(reading.where, reading.where)


class CancelForm(forms.Form):
    """Which people and dates are given back; all of them, unless somebody unticks one."""

    def __init__(self, data, *, places):
        super().__init__(data)
        field = AmongField(
            places, label=_("What is given back"), widget=forms.CheckboxSelectMultiple
        )
        field.choices = [(p.pk, f"{p.person} · {moment(p.session.starts_at)}") for p in places]
        field.initial = [place.pk for place in places]
        self.fields["places"] = field


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=200)


@admin.register(Booking)
class BookingAdmin(DeskAdmin):
    """Bookings are only looked at; what changes them are the services."""

    center_path = "activity__center"
    names_people = True
    for_looking = True
    refusals = (BookingRefused,)
    list_display = ["number", "who", "activity", "when", "status_shown", "channel", "created_at"]
    list_display_links = ["number", "who"]
    list_select_related = ["activity__center", "session"]
    list_filter = ["status", "channel", CenterFilter]
    search_fields = ["reference"]
    search_help_text = _("Number, name, pinyin, phone or title")
    ordering = ["-created_at", "-pk"]
    inlines = [PlaceInline, ReadingInline]
    actions_detail = ["cancel", "accept_for_them", "let_in"]
    fields = [
        ("number", "status"),
        ("activity", "session"),
        ("booked_by", "asked_by"),
        ("channel", "created_at"),
        ("confirmed_at", "canceled_at"),
        ("position", "offer_expires_at"),
        "note",
        "answers_shown",
        "health_shown",
        "told",
    ]
    readonly_fields = [
        name for line in fields for name in (line if isinstance(line, tuple) else [line])
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("places__person")

    def get_search_results(self, request, queryset, words):
        digits = re.sub(r"\s", "", words)
        if digits.isdecimal() and len(digits) == 8:
            return queryset.filter(reference=digits), False
        people = search.found(Person.objects.all(), words)
        here = Q(pk__in=Place.objects.filter(person__in=people).values("booking"))
        return queryset.filter(here | Q(activity__title__icontains=words.strip())), False

    def has_add_permission(self, request):
        return False

    @display(description=_("reference"), ordering="reference")
    def number(self, booking):
        return booking.spoken_reference

    @display(description=_("who"))
    def who(self, booking):
        names = dict.fromkeys(place.person.name for place in booking.places.all())
        return ", ".join(names)

    @display(description=_("when"), ordering="session__starts_at")
    def when(self, booking):
        return moment(booking.session.starts_at) if booking.session else _("The whole course")

    @display(description=_("state"), ordering="status", label=COLORS)
    def status_shown(self, booking):
        status = Status.LAPSED if booking.has_lapsed() else Status(booking.status)
        return status, status.label

    @display(description=_("number in line"))
    def position(self, booking):
        return waitlist.position(booking) or "–"

    @display(description=_("answers"))
    def answers_shown(self, booking):
        people = list({place.person_id: place.person for place in booking.places.all()}.values())
        questions = list(booking.activity.questions.all())
        lines = [
            f"{line.question}{f' ({line.person})' if line.person else ''}: {line.words}"
            for line in answers.plain_lines(booking, questions, people)
        ]
        return "; ".join(lines) or "–"

    @display(description=_("notes on health"))
    def health_shown(self, booking):
        """That there are some; what they say is on a page that writes down who looked."""
        if not booking.sensitive_answers.founded().exists():
            return "–"
        address = reverse("rosters:health", args=[booking.pk])
        return format_html('<a class="desk-link" href="{}">{}</a>', address, _("Read them"))

    @display(description=_("messages about it"))
    def told(self, booking):
        notices = told.about(Booking.objects.filter(pk=booking.pk)).order_by("pk")
        lines = [f"{moment(each.created_at)} {told.in_words(each)}" for each in notices]
        return "; ".join(lines) or "–"

    @action(
        description=_("Cancel"),
        permissions=["cancel"],
        icon="event_busy",
        variant=ActionVariant.DANGER,
    )
    def cancel(self, request, object_id):
        booking = self.acted_on(request, object_id)
        places = booking.places.filter(canceled_at=None).select_related("person", "session")
        places = list(places.order_by("session__starts_at", "person__sort_key"))
        return self.ask_first(
            request,
            booking,
            question=_("Cancel this booking?"),
            text=_("They are told, and whoever waits moves up."),
            label=_("Cancel the booking"),
            form=CancelForm(request.POST or None, places=places),
            do=lambda places: services.cancel(
                booking, by=request.user, places=places, channel=BookingChannel.DESK
            ),
            done=_("It is canceled."),
        )

    @action(description=_("Accept for them"), permissions=["accept"], icon="event_available")
    def accept_for_them(self, request, object_id):
        booking = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            booking,
            question=_("Accept the place that is held for them?"),
            label=_("Accept for them"),
            do=lambda: services.accept(booking, by=request.user),
            done=_("It is booked."),
        )

    @action(description=_("Let them in"), permissions=["let_in"], icon="door_open")
    def let_in(self, request, object_id):
        booking = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            booking,
            question=_("Let them in from the waitlist?"),
            text=_("When no place is free, there is one more. Others who wait keep their order."),
            label=_("Let them in"),
            form=ReasonForm(request.POST or None),
            do=lambda reason: passing_on.let_in(booking, by=request.user, reason=reason),
            done=_("They are in."),
        )

    def has_cancel_permission(self, request, object_id=None):
        return self._is_in(request, object_id, IS_ALIVE)

    def has_accept_permission(self, request, object_id=None):
        return self._is_in(request, object_id, [Status.OFFERED])

    def has_let_in_permission(self, request, object_id=None):
        return self._is_in(request, object_id, [Status.WAITING])

    def _is_in(self, request, object_id, states):
        if not hasattr(request, "_booking_state"):
            row = self.named(request, object_id)
            request._booking_state = row.values_list("status", flat=True).first()
        return self.has_act_permission(request) and request._booking_state in states
