from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Count, Func, IntegerField, OuterRef, Q, Subquery
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from bookings import draws, lots
from bookings.models import Booking, Draw, Status
from bookings.rules import BookingRefused, moment
from venues.desk import CenterFilter, DeskAdmin

COLORS = {"open": "info", "closed": "info", "due": "warning", "number": "warning"} | dict.fromkeys(
    ["drawn", "not_open"]
)


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("due", _("Waits for its number")),
            ("open", _("Not drawn yet")),
            ("drawn", _("Has been drawn")),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "due":
                return queryset.due()
            case "open":
                return queryset.still_needed()
            case "drawn":
                return queryset.exclude(drawn_at=None)
        return queryset


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("The number that came out"),
        max_length=80,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_(
            "In the order in which it was announced, with leading zeros. Only the digits count; "
            "blanks between them make no difference."
        ),
    )

    def clean_number(self):
        digits = lots.digits_of(self.cleaned_data["number"])
        if not digits:
            raise forms.ValidationError(_("Please type in the digits."))
        return digits


class SureForm(NumberForm):
    """The second look: the number is there already, and only sent along."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].widget = forms.HiddenInput()


@admin.register(Draw)
class DrawAdmin(DeskAdmin):
    """Looked at by everybody at the desk; the secret stands nowhere before it is drawn."""

    center_path = "activity__center"
    about_people = ("number_by",)
    for_looking = True
    refusals = (BookingRefused,)
    list_display = ["what", "when", "state_shown", "applications", "closes_at", "number_due_at"]
    list_display_links = ["what"]
    list_select_related = ["activity", "session"]
    list_filter = [StateFilter, CenterFilter]
    search_fields = ["activity__title"]
    ordering = ["-closes_at", "-pk"]
    actions_detail = ["type_in_number", "draw_now", "see_page"]
    fields = [
        ("activity", "when"),
        "state",
        ("closes_at", "number_due_at"),
        "number_source",
        "weighs_past",
        "commitment",
        ("committed_at", "frozen_at"),
        "applications",
        "public_number",
        ("number_by", "number_at"),
        ("drawn_at", "outcome"),
    ]
    readonly_fields = [
        name for line in fields for name in (line if isinstance(line, tuple) else [line])
    ]

    def get_queryset(self, request):
        applied = Booking.objects.filter(
            activity=OuterRef("activity"), status=Status.APPLIED
        ).filter(Q(session=OuterRef("session")) | Q(session=None))
        counted = applied.order_by().values("activity").annotate(n=Count("pk")).values("n")
        return (
            super()
            .get_queryset(request)
            .without_lists()
            .annotate(
                applied=Subquery(counted),
                listed=Func("entries", function="jsonb_array_length", output_field=IntegerField()),
            )
        )

    def has_add_permission(self, request):
        return False  # Prepared from its activity, where it is known what is drawn.

    @display(description=_("activity"), ordering="activity__title")
    def what(self, draw):
        return draw.activity.title

    @display(description=_("when"), ordering="session__starts_at")
    def when(self, draw):
        return moment(draw.session.starts_at) if draw.session else _("The whole course")

    @display(description=_("state"), label=COLORS)
    def state_shown(self, draw):
        now = timezone.now()
        if draw.drawn_at:
            return "drawn", _("Has been drawn")
        if draw.public_number:
            return "number", _("Is being drawn")
        if now >= draw.number_due_at:
            return "due", _("Waits for its number")
        if now >= draw.closes_at:
            return "closed", _("Applications are closed")
        if not draw.activity.is_published:
            return "not_open", _("Prepared")
        return "open", _("People can apply")

    @display(description=_("state"))
    def state(self, draw):
        return self.state_shown(draw)[1]

    @display(description=_("applications"))
    def applications(self, draw):
        return (draw.applied if draw.listed is None else draw.listed) or 0

    @display(description=_("result"))
    def outcome(self, draw):
        if not draw.drawn_at:
            return "–"
        order = [outcome for _reference, outcome in draw.result["order"]]
        return _("%(placed)s drawn, %(others)s not") % {
            "placed": order.count(lots.PLACED),
            "others": order.count(lots.WAITING) + order.count(lots.NOT_DRAWN),
        }

    @action(
        description=_("Type in the number"),
        permissions=["number"],
        icon="pin",
        variant=ActionVariant.PRIMARY,
    )
    def type_in_number(self, request, object_id):
        """Typed in, looked at once more, and then drawn at once."""
        draw = self.acted_on(request, object_id)
        if digits := lots.digits_of(request.GET.get("number", "")):
            return self._look_again(request, draw, digits)
        form = NumberForm(request.POST or None)
        if form.is_bound and form.is_valid():
            here = reverse("admin:bookings_draw_type_in_number", args=[draw.pk])
            return redirect(f"{here}?{urlencode({'number': form.cleaned_data['number']})}")
        return self.ask_first(
            request,
            draw,
            question=_("Which number has come out?"),
            text=draw.number_source,
            label=_("Look at it once more"),
            form=form,
            do=None,
            done="",
        )

    def _look_again(self, request, draw, digits):
        def type_in_and_draw(number):
            draws.type_in(draw, number, by=request.user)
            draws.hold(draw)

        return self.ask_first(
            request,
            draw,
            question=_("Draw with %(number)s?") % {"number": " ".join(digits)},
            text=_(
                "%(source)s. Please compare every digit: the number cannot be changed afterwards, "
                "and everybody is told at once."
            )
            % {"source": draw.number_source},
            label=_("Yes, draw"),
            form=SureForm(request.POST or None, initial={"number": digits}),
            do=type_in_and_draw,
            done=_("It is drawn, and everybody is being told."),
        )

    @action(description=_("Draw now"), permissions=["hold"], icon="casino")
    def draw_now(self, request, object_id):
        draw = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            draw,
            question=_("Draw now?"),
            text=_("The number is there. If nobody does it, the clock draws within a minute."),
            label=_("Yes, draw"),
            do=lambda: draws.hold(draw),
            done=_("It is drawn, and everybody is being told."),
        )

    @action(description=_("See what everybody sees"), permissions=["view"], icon="visibility")
    def see_page(self, request, object_id):
        draw = self.get_object(request, unquote(str(object_id)))
        if draw is None:
            raise Http404
        page = reverse("draws:page", args=[draw.activity_id])
        return redirect(
            f"{page}?{urlencode({'session': draw.session_id})}" if draw.session else page
        )

    def has_number_permission(self, request, object_id=None):
        due = self.named(request, object_id).due()
        return self.has_act_permission(request) and due.exists()

    def has_hold_permission(self, request, object_id=None):
        left = self.named(request, object_id).still_needed().exclude(public_number="")
        return self.has_act_permission(request) and left.exists()
