from django.contrib import admin
from django.db.models import Exists, OuterRef
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
from activities.models import Allocation, BookingMode, Session
from activities.models import Status as ActivityStatus
from activities.services import equip
from bookings import change_pages, changes, details, kept
from bookings.change_forms import EquipmentForm, KeepForm
from bookings.rules import BookingRefused, moment
from bookings.session_filters import NeedsFilter, WhenFilter
from venues import stock
from venues.desk import CenterFilter, DeskAdmin
from venues.stock import EquipmentGone

# Each date of these has a draw of its own.
TO_PREPARE = {
    "activity__allocation": Allocation.DRAW,
    "activity__booking_mode": BookingMode.SINGLE,
    "drawn_at": None,
}

# One for each kind of availability.
COLORS = dict.fromkeys(["full", "over"]) | {
    "free": "success",
    "few": "warning",
    "wait": "warning",
    "soon": "info",
    "off": "danger",
}


@admin.register(Session)
class SessionAdmin(DeskAdmin):
    """A form for what takes nothing from anybody; the rest are changes that are shown first."""

    center_path = "activity__center"
    about_people = ("roster",)
    refusals = (BookingRefused, EquipmentGone)
    list_display = ["when", "activity", "places_shown", "taken", "waiting", "leader", "roster"]
    list_display_links = ["when"]
    list_select_related = ["activity__center", "taking__room__floor", "leader"]
    list_filter = [WhenFilter, NeedsFilter, CenterFilter, "activity__category"]
    search_fields = ["activity__title", "topic", "leader__name", "outside_place"]
    search_help_text = _("Title, pinyin, topic or leader")
    ordering = ["starts_at", "pk"]
    readonly_fields = [
        "activity", "state", "leader", "starts_at", "ends_at", "where", "equipment",
        "taken", "waiting", "kept",
    ]  # fmt: skip
    actions_detail = [
        "open_roster",
        "open_line",
        "book_for_somebody",
        "move",
        {
            "title": _("Change"),
            "items": [
                "change_places",
                "change_leader",
                "keep_places",
                "lend_equipment",
                "merge",
                "prepare_draw",
                "release_kept",
                "whom_to_call",
                "call_off",
            ],
        },
    ]

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

    fieldsets = [
        (None, {"fields": ["activity", "state", "topic", "leader"]}),
        (_("When and where"), {"fields": [("starts_at", "ends_at"), ("where", "equipment")]}),
        (
            _("How many places"),
            {"fields": [("taken", "waiting", "kept"), "booking_opens_at", "booking_closes_at"]},
        ),
    ]

    def save_model(self, request, session, form, change):
        """Under the lock of the session; a longer window serves whoever waits."""
        written = {
            name: form.cleaned_data[name] for name in details.DETAILS if name in form.changed_data
        }
        if written:
            details.write(self.get_queryset(request).get(pk=session.pk), **written)

    @display(description=_("when"), ordering="starts_at", header=True)
    def when(self, session):
        ends = timezone.localtime(session.ends_at)
        return f"{moment(session.starts_at)}–{ends:%H:%M}", facts.place(session)

    @display(description=_("room"))
    def where(self, session):
        return facts.place(session)

    @display(description=_("booking"), label=COLORS)
    def places_shown(self, session):
        state = of_session(session)
        return state.kind, state.words

    @display(description=_("equipment"))
    def equipment(self, session):
        lent = stock.wanted_by(session.taking) if session.taking else {}
        return ", ".join(f"{each} × {number}" for each, number in lent.items()) or "–"

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

    @action(description=_("Waitlist"), permissions=["act"], icon="hourglass_top")
    def open_line(self, request, object_id):
        return redirect("rosters:line", object_id)

    @action(description=_("Book for somebody"), permissions=["book"], icon="support_agent")
    def book_for_somebody(self, request, object_id):
        session = self.acted_on(request, object_id)
        chosen = {"activity": session.activity_id, "session": session.pk}
        return redirect(f"{reverse('admin:book_for_somebody')}?{urlencode(chosen)}")

    @action(description=_("Places for the desk"), permissions=["change_date"], icon="lock")
    def keep_places(self, request, object_id):
        session = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            session,
            question=_("How many places are kept for the desk?"),
            text=_("For neighbors who call or come by. Fewer than now go to whoever waits."),
            label=_("Keep them"),
            form=KeepForm(request.POST or None, session=session),
            do=lambda places, until: kept.keep(session, places=places, until=until),
            done=_("So many are kept now."),
        )

    @action(description=_("Equipment"), permissions=["equip"], icon="videocam")
    def lend_equipment(self, request, object_id):
        session = self.acted_on(request, object_id)
        has = stock.wanted_by(session.taking) if session.room else {}
        form = EquipmentForm(request.POST or None, room=session.room, has=has)
        return self.ask_first(
            request,
            session,
            question=_("What does this date need?"),
            text=_("It is kept for the time of the date, and moves along with it."),
            label=_("Lend it"),
            form=form,
            do=lambda **_numbers: equip(session, form.wanted),
            done=_("It is lent."),
        )

    @action(description=_("Prepare the draw"), permissions=["draw"], icon="casino")
    def prepare_draw(self, request, object_id):
        session = self.acted_on(request, object_id)
        address = reverse("admin:prepare_draw", args=[session.activity_id])
        return redirect(f"{address}?{urlencode({'session': session.pk})}")

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

    @action(description=_("Move"), permissions=["change_date"], icon="edit_calendar")
    def move(self, request, object_id):
        return change_pages.move(self, request, self.acted_on(request, object_id))

    @action(description=_("Number of places"), permissions=["change_date"], icon="groups")
    def change_places(self, request, object_id):
        return change_pages.change_places(self, request, self.acted_on(request, object_id))

    @action(description=_("Another leader"), permissions=["change_date"], icon="co_present")
    def change_leader(self, request, object_id):
        return change_pages.change_leader(self, request, self.acted_on(request, object_id))

    @action(description=_("Put together"), permissions=["merge"], icon="merge")
    def merge(self, request, object_id):
        return change_pages.merge(self, request, self.acted_on(request, object_id))

    @action(description=_("Whom to call"), permissions=["act"], icon="call")
    def whom_to_call(self, request, object_id):
        return redirect("rosters:to_call", object_id)

    @action(
        description=_("Call off"),
        permissions=["change_date"],
        icon="event_busy",
        variant=ActionVariant.DANGER,
    )
    def call_off(self, request, object_id):
        return change_pages.call_off(self, request, self.acted_on(request, object_id))

    def has_book_permission(self, request, object_id=None):
        return self._is(request, object_id, activity__status=ActivityStatus.PUBLISHED)

    def has_draw_permission(self, request, object_id=None):
        return self._is(request, object_id, **TO_PREPARE)

    def has_release_permission(self, request, object_id=None):
        return self._is(request, object_id, places_kept__gt=0)

    def has_equip_permission(self, request, object_id=None):
        return self._is(request, object_id, taking__isnull=False)

    def has_change_date_permission(self, request, object_id=None):
        return self._is(request, object_id)

    def has_merge_permission(self, request, object_id=None):
        """Where there is another date to put it together with."""
        others = Session.objects.live().coming().filter(activity=OuterRef("activity"))
        here = self.named(request, object_id).live().coming()
        has_another = here.filter(Exists(others.exclude(pk=OuterRef("pk")))).exists()
        return self.has_act_permission(request) and has_another

    def _is(self, request, object_id, **facts):
        """Buttons are offered where they lead somewhere."""
        coming = self.named(request, object_id).live().not_over().filter(**facts)
        return self.has_act_permission(request) and coming.exists()
