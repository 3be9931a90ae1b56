from django import forms
from django.contrib import admin
from django.db.models.functions import ExtractYear
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts import consents, search
from accounts.consents import needs_guardian
from accounts.fields import NameField, PhoneField
from accounts.models import Care, ConsentKind, Person
from accounts.names import sort_key
from accounts.phones import masked
from bookings import no_shows, people
from bookings.desk_form import HOW_AGREED
from bookings.models import Place
from bookings.rules import BookingRefused, moment
from venues.desk import DeskAdmin, HistoryInline
from venues.staffing import workplaces

SHOWN_PLACES = 20


class PersonForm(forms.ModelForm):
    """A birth date that makes a child of somebody is stored once the guardian has agreed."""

    name = NameField(widget=UnfoldAdminTextInputWidget)
    phone = PhoneField(required=False, widget=UnfoldAdminTextInputWidget)
    agreed = forms.ChoiceField(
        label=_("Has the guardian agreed that we keep the data of the child?"),
        choices=HOW_AGREED,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    def clean(self):
        given = super().clean()
        if self.asks_guardian and not given.get("agreed"):
            self.add_error("agreed", _("For a child under 14 we need the guardian's consent."))
        return given

    @property
    def asks_guardian(self):
        born = self.cleaned_data.get("birth_date")
        return needs_guardian(born) and not (
            self.instance.pk
            and self.instance.consents.active().filter(kind=ConsentKind.CHILD).exists()
        )


class WaiveForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=120, help_text=_("Ill, a mistake of ours, for example.")
    )


class CareInline(HistoryInline):
    model = Care
    fields = readonly_fields = ["user", "role", "created_at", "ended_at"]
    verbose_name_plural = _("who books for this person")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user")


class PlaceInline(HistoryInline):
    model = Place
    fields = readonly_fields = ["session", "state", "checked_in_at", "absent_at", "excuse_reason"]
    verbose_name_plural = _("bookings here")
    per_page = SHOWN_PLACES

    def get_queryset(self, request):
        places = super().get_queryset(request).select_related("session__activity", "booking")
        here = places.filter(session__activity__center__in=workplaces(request.user))
        return here.order_by("-session__starts_at")

    @display(description=_("state"))
    def state(self, place):
        if place.canceled_late:
            return _("Canceled late")
        return _("Canceled") if place.canceled_at else place.booking.get_status_display()


@admin.register(Person)
class PersonAdmin(DeskAdmin):
    """Whom the center knows. A phone is shown whole on a person's own page only."""

    names_people = True
    refusals = (BookingRefused,)
    form = PersonForm
    list_display = ["name", "born", "phone_shown", "area", "is_active"]
    search_fields = ["name"]
    search_help_text = _("Name, pinyin, initials or some digits of the phone")
    list_filter = [("retired_at", admin.EmptyFieldListFilter)]
    ordering = ["sort_key", "pk"]
    inlines = [CareInline, PlaceInline]
    fields = [
        "name",
        "sort_key",
        "birth_date",
        "agreed",
        "phone",
        "area",
        "retired_at",
        "not_there",
    ]
    readonly_fields = ["retired_at", "not_there"]
    actions_detail = ["waive", "retire"]

    def at_centers(self, queryset, centers):
        return people.known_at(queryset, centers)

    def is_at_work(self, user, person):
        return True  # The list itself shows only whom the center knows.

    def get_object(self, request, object_id, from_field=None):
        person = super().get_object(request, object_id, from_field)
        if person:
            person.seen_from = list(workplaces(request.user))
        return person

    def get_search_results(self, request, queryset, words):
        return search.found(queryset, words), False

    def save_model(self, request, person, form, change):
        """The name as it is read now, unless somebody has corrected it by hand."""
        was = form.initial.get("name", "")
        if "sort_key" not in form.changed_data and person.sort_key == sort_key(was):
            person.sort_key = sort_key(person.name)
        super().save_model(request, person, form, change)
        if form.asks_guardian:
            consents.give(
                person, ConsentKind.CHILD, by=request.user, how=form.cleaned_data["agreed"]
            )

    @display(description=_("born"), ordering=ExtractYear("birth_date"))
    def born(self, person):
        return person.birth_date.year if person.birth_date else "–"

    @display(description=_("phone"))
    def phone_shown(self, person):
        return masked(person.phone) or "–"

    @display(description=_("active"), boolean=True)
    def is_active(self, person):
        return person.retired_at is None

    @display(description=_("was not there"))
    def not_there(self, person):
        """What counts at the centers of whoever looks, and until when online booking rests."""
        if person.pk is None:
            return "–"
        days = [
            f"{moment(place.session.starts_at)} {place.session.activity}"
            for place in no_shows.counted([person], centers=person.seen_from)
        ]
        resting = [
            _("%(center)s: online booking rests until %(until)s, the desk books as always.")
            % {"center": rest.center, "until": moment(rest.until)}
            for rest in no_shows.rests([person])
            if rest.center in person.seen_from
        ]
        return format_html_join("", "<p>{}</p>", ((line,) for line in [*days, *resting])) or "–"

    @action(description=_("Let it not count"), permissions=["waive"], icon="sentiment_satisfied")
    def waive(self, request, object_id):
        person = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            person,
            question=_("Let what was missed so far not count?"),
            text=_("Online booking works again at once. Your reason and your name are kept."),
            label=_("Let it not count"),
            form=WaiveForm(request.POST or None),
            do=lambda reason: no_shows.waive(
                person, person.seen_from, by=request.user, reason=reason
            ),
            done=_("It does not count any more."),
        )

    def has_waive_permission(self, request, object_id=None):
        """The button is there where something counts."""
        if not self.has_act_permission(request):
            return False
        people = list(self.named(request, object_id))
        return bool(people and no_shows.counted(people, centers=workplaces(request.user)))

    @action(description=_("Let this record rest"), permissions=["act"], icon="bedtime")
    def retire(self, request, object_id):
        person = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            person,
            question=_("Book for this person no longer?"),
            text=_("The record and what was booked stay; the name is no longer offered."),
            label=_("Let this record rest"),
            do=lambda: people.retire(person),
            done=_("The record rests."),
        )
