"""The quarterly meeting at the desk: its agenda, its guests, its decisions, its minutes."""

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, TextField
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from accounts.models import User
from partners import meetings
from partners.meeting_forms import CallOffForm, ChooseForm, MoveForm
from partners.meetings import MeetingRefused
from partners.models import AgendaItem, Decision, Meeting, Need
from venues.desk import CenterFilter, DeskAdmin, PartInline
from venues.models import StaffMember
from venues.staffing import duty_of


class WorkInline(PartInline):
    """For those who work there: what is decided names people."""

    def has_view_permission(self, request, obj=None):
        return duty_of(request.user).works


class AgendaInline(WorkInline):
    model = AgendaItem
    fields = ["order", "title", "need", "note"]
    formfield_overrides: dict = {TextField: {"widget": UnfoldAdminExpandableTextareaWidget}}

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "need":
            here = Need.objects.managed_by(request.user)
            on_it = Q(agenda_items__meeting=request.resolver_match.kwargs.get("object_id"))
            kwargs["queryset"] = (here.open() | here.filter(on_it)).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class DecisionForm(forms.ModelForm):
    def clean(self):
        given = super().clean()
        if given.get("partner") and given.get("staff"):
            self.add_error(
                "staff", _("Please choose a partner or somebody of the staff, not both.")
            )
        # The constraint reads a column that is not in the form, so the form does not ask it.
        if not (given.get("partner") or given.get("staff") or self.instance.done_at):
            self.add_error("partner", _("Please say who does it."))
        return given


class DecisionInline(WorkInline):
    model = Decision
    form = DecisionForm
    fields = ["text", "item", "partner", "staff", "due_on", "done_at"]
    readonly_fields = ["done_at"]
    show_change_link = True

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "item":
            meeting = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = AgendaItem.objects.filter(meeting=meeting)
        if db_field.name == "staff":
            kwargs["queryset"] = colleagues(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def colleagues(user):
    """Whoever works where this user works."""
    duty = duty_of(user)
    members = StaffMember.objects.active()
    if not duty.is_superuser:
        members = members.filter(Q(center__in=duty.centers) | Q(district__in=duty.districts))
    return User.objects.filter(is_active=True, pk__in=members.values("user")).order_by("name")


class WhenFilter(admin.SimpleListFilter):
    title = _("when")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [("coming", _("To come")), ("past", _("Past"))]

    def queryset(self, request, queryset):
        if self.value() == "coming":
            return queryset.to_come()
        if self.value() == "past":
            return queryset.filter(starts_at__lte=timezone.now())
        return queryset


@admin.register(Meeting)
class MeetingAdmin(DeskAdmin):
    """Time and place are changed by a button once the invitations are out: everybody is told."""

    names_people = True
    refusals = (MeetingRefused,)
    list_display = ["title", "starts_at", "place", "state_shown", "answers"]
    list_select_related = ["center"]
    list_filter = [WhenFilter, CenterFilter]
    search_fields = ["title", "place", "minutes"]
    inlines = [AgendaInline, DecisionInline]
    readonly_fields = ["state", "answers"]
    fieldsets = [
        (
            None,
            {"fields": ["center", "title", ("starts_at", "ends_at"), "place", "intro"]},
        ),
        (_("How it stands"), {"fields": [("state", "answers")]}),
        (_("Minutes"), {"fields": ["minutes"]}),
    ]
    actions_detail = [
        "open_guests",
        "choose_guests",
        "send_invitations",
        {
            "title": _("More"),
            "items": [
                "put_needs_on_agenda",
                "remind_silent",
                "take_a_room",
                "move",
                "call_off",
                "print_minutes",
                "send_minutes",
            ],
        },
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_answers()

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else fieldsets[:1]

    def get_inlines(self, request, obj):
        return super().get_inlines(request, obj) if obj else []

    def get_readonly_fields(self, request, obj=None):
        fixed = list(super().get_readonly_fields(request, obj))
        if obj:
            fixed.append("center")
        if obj and (obj.invited_at or obj.called_off_at or obj.has_begun()):
            fixed += ["starts_at", "ends_at", "place"]
        return fixed

    def save_model(self, request, meeting, form, change):
        if not change:
            meeting.created_by = request.user
            meeting.save()
        elif form.changed_data:
            # Not what a button has changed meanwhile.
            meeting.save(update_fields=form.changed_data)

    @display(
        description=_("state"),
        label={"planned": "warning", "invited": "info", "held": "success", "off": "danger"},
    )
    def state_shown(self, meeting):
        return _state(meeting)

    @display(description=_("state"))
    def state(self, meeting):
        return _state(meeting)[1]

    @display(description=_("answers"))
    def answers(self, meeting):
        return _("%(coming)s of %(invited)s come, %(people)s people; %(silent)s are silent") % {
            "coming": meeting.coming,
            "invited": meeting.invited,
            "people": meeting.people,
            "silent": meeting.silent,
        }

    @action(description=_("Guests and door"), permissions=["act"], icon="door_open")
    def open_guests(self, request, object_id):
        return redirect("partners:meeting_door", self.acted_on(request, object_id).pk)

    @action(description=_("To print"), permissions=["act"], icon="print")
    def print_minutes(self, request, object_id):
        return redirect("partners:minutes", self.acted_on(request, object_id).pk)

    @action(description=_("Take a room for it"), permissions=["act"], icon="meeting_room")
    def take_a_room(self, request, object_id):
        """The board of that day: a free hour there leads to the form of the room."""
        meeting = self.acted_on(request, object_id)
        asked = {"center": meeting.center.slug, "date": timezone.localdate(meeting.starts_at)}
        return redirect(f"{reverse('admin:board')}?{urlencode(asked)}")

    @action(description=_("Agenda from open needs"), permissions=["act"], icon="campaign")
    def put_needs_on_agenda(self, request, object_id):
        meeting = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            meeting,
            question=_("Put all open needs on the agenda?"),
            text=_(
                "The overdue ones first, then those for which most people would come. What is on "
                "it already stays; you can change the order and take some off."
            ),
            label=_("Put them on the agenda"),
            do=lambda: meetings.put_needs_on_agenda(meeting),
            done=_("They are on the agenda."),
        )

    @action(description=_("Choose guests"), permissions=["act"], icon="group_add")
    def choose_guests(self, request, object_id):
        meeting = self.acted_on(request, object_id)
        form = ChooseForm(request.POST or None, meeting=meeting)
        if not form.fields["partners"].queryset:
            messages.info(request, _("All active partners of the center are on the list."))
            return redirect(self.address_of(meeting))
        return self.ask_first(
            request,
            meeting,
            question=_("Whom to invite?"),
            text=_("All active partners of the center that are not on the list yet are ticked.")
            if not meeting.invited_at
            else _("The invitations have been sent: whoever you add now is told at once."),
            label=_("Put them on the list"),
            form=form,
            do=lambda partners: meetings.choose(meeting, partners),
            done=_("They are on the list."),
        )

    @action(description=_("Send invitations"), permissions=["act"], icon="send")
    def send_invitations(self, request, object_id):
        meeting = self.acted_on(request, object_id)
        guests = meeting.guests.count()
        return self.ask_first(
            request,
            meeting,
            question=_("Send the invitations?"),
            text=ngettext(
                "%(count)s organization is on the list. Everybody who acts for it is told once.",
                "%(count)s organizations are on the list. Everybody who acts for them is told once.",
                guests,
            )
            % {"count": guests},
            label=_("Send invitations"),
            do=lambda: meetings.send_invitations(meeting),
            done=_(
                "The invitations are on their way. Whom to call stands under “Guests and door”."
            ),
        )

    @action(description=_("Ask the silent again"), permissions=["act"], icon="notifications")
    def remind_silent(self, request, object_id):
        meeting = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            meeting,
            question=_("Ask those who have not answered?"),
            text=_("At most once a day. Three days before the meeting it happens by itself."),
            label=_("Ask them"),
            do=lambda: meetings.remind_silent(meeting),
            done=_("They are being asked."),
        )

    @action(description=_("Move it"), permissions=["act"], icon="edit_calendar")
    def move(self, request, object_id):
        meeting = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            meeting,
            question=_("When and where instead?"),
            text=_("Everybody invited is told. At another time they are asked again."),
            label=_("Move it"),
            form=MoveForm(request.POST or None, meeting=meeting),
            do=lambda **given: meetings.move(meeting, **given),
            done=_("It is moved."),
        )

    @action(description=_("Call it off"), permissions=["act"], icon="event_busy")
    def call_off(self, request, object_id):
        meeting = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            meeting,
            question=_("Call this meeting off?"),
            text=_("Everybody invited is told at once."),
            label=_("Call it off"),
            form=CallOffForm(request.POST or None),
            do=lambda reason: meetings.call_off(meeting, reason=reason),
            done=_("It is called off."),
        )

    @action(description=_("Send the minutes"), permissions=["act"], icon="outgoing_mail")
    def send_minutes(self, request, object_id):
        meeting = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            meeting,
            question=_("Send the minutes to all guests?"),
            text=_("Everybody who acts for a guest is told once, with the way to their page."),
            label=_("Send the minutes"),
            do=lambda: meetings.send_minutes(meeting),
            done=_("The minutes are on their way."),
        )


def _state(meeting):
    if meeting.called_off_at:
        return "off", _("Called off")
    if meeting.minutes_sent_at:
        return "held", _("Held, minutes sent")
    if meeting.has_begun():
        return "held", _("Held")
    return ("invited", _("Invited")) if meeting.invited_at else ("planned", _("Not invited yet"))
