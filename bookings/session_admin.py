from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from activities import facts, search
from activities.availability import of_session
from activities.models import Session
from activities.models import Status as ActivityStatus
from activities.services import LeaderBusy
from bookings import changes, details
from bookings.rules import BookingRefused, moment
from bookings.session_filters import NeedsFilter, WhenFilter
from venues.desk import CenterFilter, DeskAdmin, RefusalsBesideTheForm, RoomField
from venues.models import Room
from venues.takings import RoomTaken

PLACE_AND_TIME = {"starts_at", "ends_at", "room", "outside_place"}

# One for each kind of availability.
COLORS = dict.fromkeys(["full", "over"]) | {
    "free": "success",
    "few": "warning",
    "wait": "warning",
    "soon": "info",
    "off": "danger",
}


class SessionForm(forms.ModelForm):
    room = RoomField(Room.objects.none(), label=_("room"), required=False)

    class Meta:
        labels = {"room": _("room")}  # Where it is only looked at, too.

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "room" not in self.fields:
            return  # It is over, and nothing moves any more.
        now_in = self.instance.room
        here = Room.objects.filter(floor__center=self.instance.activity.center)
        self.fields["room"].queryset = here.filter(
            Q(retired_on=None) | Q(pk=now_in and now_in.pk)
        ).select_related("floor")
        self.initial["room"] = now_in and now_in.pk

    def _get_validation_exclusions(self):
        # The constraint on leaders asks whether the session is called off, which is no field here.
        return super()._get_validation_exclusions() - {"canceled_at"}

    def clean(self):
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", ValidationError(_("The end must be after the start.")))
        if cleaned.get("room") and cleaned.get("outside_place"):
            self.add_error("outside_place", _("Please choose a room or a place, not both."))
        return cleaned


class CallOffForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=120,
        help_text=_("Everybody who has booked reads this sentence."),
    )


@admin.register(Session)
class SessionAdmin(RefusalsBesideTheForm, DeskAdmin):
    center_path = "activity__center"
    about_people = ("roster",)
    refusals = (RoomTaken, LeaderBusy, BookingRefused)
    form = SessionForm
    list_display = ["when", "activity", "places_shown", "taken", "waiting", "leader", "roster"]
    list_display_links = ["when"]
    list_select_related = ["activity__center", "taking__room__floor", "leader"]
    list_filter = [WhenFilter, NeedsFilter, CenterFilter, "activity__category"]
    search_fields = ["activity__title", "topic", "leader__name", "outside_place"]
    search_help_text = _("Title, pinyin, topic or leader")
    autocomplete_fields = ["leader"]
    ordering = ["starts_at", "pk"]
    readonly_fields = ["activity", "state", "taken", "waiting", "kept"]
    actions_detail = ["open_roster", "book_for_somebody", "release_kept", "call_off"]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .defer("activity__description", "activity__search_text", "activity__search_vector")
        )

    def get_search_results(self, request, queryset, words):
        """By pinyin and initials, too, as in the catalog."""
        found, may_repeat = super().get_search_results(request, queryset, words)
        if query := search.query_for(words):
            found |= queryset.filter(activity__search_vector=query)
        return found, may_repeat

    def has_add_permission(self, request):
        return False  # Dates are made from their activity, several at once.

    def has_change_permission(self, request, obj=None):
        is_called_off = isinstance(obj, Session) and obj.canceled_at is not None
        return super().has_change_permission(request, obj) and not is_called_off

    def get_fieldsets(self, request, obj=None):
        people = obj.places_taken + obj.places_waiting if obj else 0
        told = ngettext(
            "%(count)s person has booked or waits, and will be told of a new time or room.",
            "%(count)s people have booked or wait, and will be told of a new time or room.",
            people,
        ) % {"count": people}
        return [
            (None, {"fields": ["activity", "state", "topic", "leader"]}),
            (
                _("When and where"),
                {
                    "fields": ["starts_at", "ends_at", ("room", "outside_place")],
                    "description": told if people else "",
                },
            ),
            (
                _("How many places"),
                {
                    "fields": [
                        "capacity",
                        ("taken", "waiting"),
                        "kept",
                        "booking_opens_at",
                        "booking_closes_at",
                    ]
                },
            ),
        ]

    def get_readonly_fields(self, request, obj=None):
        fixed = list(super().get_readonly_fields(request, obj))
        return [*fixed, *sorted(PLACE_AND_TIME)] if obj and obj.is_over() else fixed

    def save_model(self, request, session, form, change):
        """What others may have booked is changed by the services, under their locks."""
        answers = form.cleaned_data
        # As it is, and not as it was typed: that may be a time which has passed.
        session = self.get_queryset(request).get(pk=session.pk)
        changed = set(form.changed_data) - set(self.get_readonly_fields(request, session))
        written = {name: answers[name] for name in details.DETAILS if name in changed}
        try:
            if changed & PLACE_AND_TIME:
                if "leader" in changed:
                    # Neither leader has to be free at a time that is not meant.
                    details.write(session, leader=None)
                to = {name: answers[name] for name in PLACE_AND_TIME}
                changes.move(session, **to, by=request.user)
            if written:
                details.write(session, **written)
            if "capacity" in changed:
                changes.set_capacity(session, answers["capacity"])
        except IntegrityError as error:
            if "leader_is_in_one_place" in str(error):
                raise LeaderBusy from error
            raise

    @display(description=_("when"), ordering="starts_at", header=True)
    def when(self, session):
        ends = timezone.localtime(session.ends_at)
        return f"{moment(session.starts_at)}–{ends:%H:%M}", facts.place(session)

    @display(description=_("booking"), label=COLORS)
    def places_shown(self, session):
        state = of_session(session)
        return state.kind, state.words

    @display(description=_("state"))
    def state(self, session):
        if session.canceled_at:
            return _("Called off: %(reason)s") % {"reason": session.cancel_reason}
        return of_session(session).words

    @display(description=_("taken"))
    def taken(self, session):
        return f"{session.places_taken} / {session.capacity}"

    @display(description=_("waiting"), ordering="places_waiting")
    def waiting(self, session):
        return session.places_waiting or "–"

    @display(description=_("kept for the desk"))
    def kept(self, session):
        if not session.places_kept:
            return "–"
        until = session.kept_until and moment(session.kept_until)
        return f"{session.places_kept} ({until})" if until else session.places_kept

    @display(description=_("roster"))
    def roster(self, session):
        return format_html(
            '<a class="desk-link" href="{}">{}</a>',
            reverse("rosters:roster", args=[session.pk]),
            _("Roster"),
        )

    @action(description=_("Roster"), permissions=["act"], icon="checklist")
    def open_roster(self, request, object_id):
        return redirect("rosters:roster", object_id)

    @action(description=_("Book for somebody"), permissions=["book"], icon="support_agent")
    def book_for_somebody(self, request, object_id):
        session = self.acted_on(request, object_id)
        chosen = {"activity": session.activity_id, "session": session.pk}
        return redirect(f"{reverse('admin:book_for_somebody')}?{urlencode(chosen)}")

    @action(description=_("Release kept places"), permissions=["release"], icon="lock_open_right")
    def release_kept(self, request, object_id):
        session = self.acted_on(request, object_id)
        kept = session.places_kept
        return self.ask_first(
            request,
            session,
            question=_("Give the places kept for the desk to everybody?"),
            text=ngettext("%(count)s place is kept.", "%(count)s places are kept.", kept)
            % {"count": kept},
            label=_("Release kept places"),
            do=lambda: changes.release_kept(session),
            done=_("They are free for everybody now."),
        )

    @action(
        description=_("Call off"),
        permissions=["call_off"],
        icon="event_busy",
        variant=ActionVariant.DANGER,
    )
    def call_off(self, request, object_id):
        session = self.acted_on(request, object_id)
        people = session.places_taken + session.places_waiting
        return self.ask_first(
            request,
            session,
            question=_("Call this date off?"),
            text=ngettext(
                "%(count)s person has booked or waits and will be told. The room is free again.",
                "%(count)s people have booked or wait and will be told. The room is free again.",
                people,
            )
            % {"count": people},
            label=_("Call off"),
            form=CallOffForm(request.POST or None),
            do=lambda reason: changes.call_off(session, reason=reason, by=request.user),
            done=_("It is called off, and everybody is being told."),
        )

    def has_book_permission(self, request, object_id=None):
        return self._is(request, object_id, activity__status=ActivityStatus.PUBLISHED)

    def has_release_permission(self, request, object_id=None):
        return self._is(request, object_id, places_kept__gt=0)

    def has_call_off_permission(self, request, object_id=None):
        return self._is(request, object_id)

    def _is(self, request, object_id, **facts):
        """Buttons are offered where they lead somewhere."""
        coming = self.named(request, object_id).live().not_over().filter(**facts)
        return self.has_act_permission(request) and coming.exists()
