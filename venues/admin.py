import itertools

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from accounts.desk import ForTheFew, MemberForm
from venues import divisions, rules_of_rooms, stock
from venues.desk import CenterFilter, DeskAdmin, PartInline, RefusalsBesideTheForm
from venues.models import (
    CalendarDay,
    CalendarDayKind,
    Center,
    District,
    Equipment,
    Floor,
    OpeningException,
    OpeningHours,
    Room,
    RoomTerms,
    StaffMember,
    StaffRole,
    YearPlan,
)
from venues.rule_words import in_words
from venues.staffing import duty_of, workplaces


@admin.register(District)
class DistrictAdmin(ForTheFew):
    list_display = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


class FloorInline(PartInline):
    model = Floor
    fields = ["level", "name", "purpose"]


class HoursFormSet(forms.BaseInlineFormSet):
    def clean(self):
        """Two that overlap are both shown; the database would refuse them without a word."""
        super().clean()
        if any(form.errors for form in self.forms):
            return
        rows = [
            form.instance
            for form in self.forms
            if form.cleaned_data.get("opens_at") and not form.cleaned_data.get("DELETE")
        ]
        for one, other in itertools.combinations(rows, 2):
            if one.overlaps(other):
                raise ValidationError(
                    _("These hours overlap: %(one)s and %(other)s.") % {"one": one, "other": other}
                )


class OpeningHoursInline(PartInline):
    model = OpeningHours
    formset = HoursFormSet
    fields = ["weekday", "opens_at", "closes_at", "room", "starts_on", "ends_on"]

    def get_formset(self, request, obj=None, **kwargs):
        self.center = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "room":
            kwargs["queryset"] = Room.objects.filter(floor__center=self.center)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "room":
            # Not among the arguments, where the desk's theme has a word of its own for nothing.
            field.empty_label = _("the whole center")
        return field


class RoomTermsInline(PartInline):
    """New terms are a new version; what somebody has agreed to is not rewritten."""

    model = RoomTerms
    fields = ["text", "published_at"]
    readonly_fields = ["published_at"]
    tab = True

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class YearPlanInline(PartInline):
    model = YearPlan
    fields = ["year", "sessions"]
    tab = True


@admin.register(Center)
class CenterAdmin(DeskAdmin):
    center_path = ""
    for_managers = True
    list_display = ["name", "community", "district", "phone", "is_open_to_public"]
    list_select_related = ["district"]
    search_fields = ["name", "community", "address"]
    inlines = [FloorInline, OpeningHoursInline, RoomTermsInline, YearPlanInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "district", "community"]}),
        (
            _("For visitors"),
            {"fields": ["phone", "address", "how_to_come", "intro", "holiday_hours"]},
        ),
        (_("Opinion box"), {"fields": ["box_weekday", "box_time", "answer_days"]}),
        (_("Looks"), {"fields": ["seal", "brand"]}),
        (_("Since when"), {"fields": ["opened_on", "closed_on", "has_feeds", "use_target"]}),
    ]

    def has_add_permission(self, request):
        return duty_of(request.user).is_superuser

    def get_readonly_fields(self, request, obj=None):
        # The short name stands in addresses that hang on the wall as QR codes.
        return ["slug", "district"] if obj and not duty_of(request.user).is_superuser else []

    @display(description=_("open to the public"), boolean=True)
    def is_open_to_public(self, center):
        return center.closed_on is None


HOW_BOOKED = _("How it is booked")


class RoomForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.at_center = self.instance.pk and self.instance.floor.center_id

    def clean(self):
        cleaned = super().clean()
        whole, floor = cleaned.get("whole"), cleaned.get("floor")
        if whole and floor and whole.floor.center_id != floor.center_id:
            self.add_error("whole", ValidationError(_("That room is in another center.")))
        is_moving_out = self.instance.pk and floor and floor.center_id != self.at_center
        if is_moving_out:
            self.add_error("floor", ValidationError(_("A room stays in its center.")))
        return cleaned


@admin.register(Room)
class RoomAdmin(RefusalsBesideTheForm, DeskAdmin):
    center_path = "floor__center"
    for_managers = True
    form = RoomForm
    list_display = ["name", "floor_shown", "purpose", "capacity", "whole", "is_bookable", "in_use"]
    list_select_related = ["floor__center", "whole"]
    list_filter = [CenterFilter, "is_bookable", "is_step_free"]
    search_fields = ["name", "purpose", "equipment"]
    actions_detail = ["print_poster"]
    fieldsets = [
        (None, {"fields": ["name", "floor", "whole", "purpose", "icon"]}),
        (_("What it offers"), {"fields": ["capacity", "equipment", "way", "is_step_free"]}),
        (_("Use"), {"fields": ["is_bookable", "opened_on", "retired_on", "has_feed"]}),
        (
            HOW_BOOKED,
            {
                "classes": ["tab"],
                "description": _(
                    "A room follows its center wherever it says the same. What its center says "
                    "stands below each rule that is different."
                ),
                "fields": [line for _title, lines in rules_of_rooms.GROUPS for line in lines],
            },
        ),
    ]

    @action(description=_("Poster for the door"), permissions=["print"], icon="qr_code_2")
    def print_poster(self, request, object_id):
        return redirect("rosters:room_poster", object_id)

    def has_print_permission(self, request, object_id=None):
        return duty_of(request.user).works

    def get_fieldsets(self, request, obj=None):
        """A new room begins with the rules of its center."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else [each for each in fieldsets if each[0] != HOW_BOOKED]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj:
            rules = rules_of_rooms.rules_of(obj.center)
            for name in rules_of_rooms.own(obj) & form.base_fields.keys():
                field = form.base_fields[name]
                said = _("The center: %(rule)s") % {"rule": in_words(rules, name)}
                field.help_text = f"{field.help_text} {said}".strip()
        return form

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "floor":
            centers = workplaces(request.user)
            kwargs["queryset"] = Floor.objects.filter(center__in=centers).select_related("center")
        if db_field.name == "whole":
            kwargs["queryset"] = self.get_queryset(request).select_related("floor")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, room, form, change):
        """Parts are put together by the service, and what is planned is not left without a room."""
        if not change:
            rules_of_rooms.begin(room)
        if change and room.retired_on and "retired_on" in form.changed_data:
            divisions.refuse_while_planned(room, room.retired_on)
        if "whole" not in form.changed_data:
            return super().save_model(request, room, form, change)
        whole = room.whole
        room.whole = Room.objects.get(pk=room.pk).whole if change else None
        super().save_model(request, room, form, change)
        divisions.make_part_of(room, whole)
        return None

    @display(description=_("floor"), ordering="floor__level")
    def floor_shown(self, room):
        return room.floor

    @display(description=_("in use"), boolean=True)
    def in_use(self, room):
        return room.retired_on is None or room.retired_on > timezone.localdate()


def _only_center(request):
    """Whoever works at one center need not choose it."""
    centers = list(workplaces(request.user)[:2])
    return {"center": centers[0].pk} if len(centers) == 1 else {}


class OfOneCenterForm(forms.ModelForm):
    """About a center, or a room of it."""

    def clean(self):
        cleaned = super().clean()
        center_id = self.instance.center_id or (cleaned.get("center") and cleaned["center"].pk)
        room = cleaned.get("room")
        if center_id and room and room.floor.center_id != center_id:
            self.add_error("room", ValidationError(_("That room is in another center.")))
        return cleaned


@admin.register(OpeningException)
class OpeningExceptionAdmin(DeskAdmin):
    """Hours of single days. What is booked then stays; a closure is what asks and tells people."""

    for_managers = True
    form = OfOneCenterForm
    list_display = ["date", "hours_shown", "what", "reason", "center"]
    list_select_related = ["center", "room"]
    list_filter = [CenterFilter]
    date_hierarchy = "date"
    search_fields = ["reason", "room__name"]
    ordering = ["-date", "opens_at"]
    fields = ["center", "room", "date", ("opens_at", "closes_at"), "reason"]

    def get_changeform_initial_data(self, request):
        return _only_center(request) | super().get_changeform_initial_data(request)

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    @display(description=_("hours"), ordering="opens_at")
    def hours_shown(self, day):
        return _("Not open") if day.is_shut else f"{day.opens_at:%H:%M}–{day.closes_at:%H:%M}"

    @display(description=_("of"))
    def what(self, day):
        return day.room or _("the whole center")


@admin.register(Equipment)
class EquipmentAdmin(RefusalsBesideTheForm, DeskAdmin):
    for_managers = True
    form = OfOneCenterForm
    list_display = ["name", "stock", "where", "is_lent", "center"]
    list_select_related = ["center", "room"]
    list_filter = [CenterFilter, "is_lent"]
    search_fields = ["name"]
    fields = ["name", "center", "stock", "room", "is_lent"]

    def get_readonly_fields(self, request, obj=None):
        return ["center"] if obj else []

    def get_changeform_initial_data(self, request):
        return _only_center(request) | super().get_changeform_initial_data(request)

    def save_model(self, request, equipment, form, change):
        """What is promised to come is looked at before there is less of it."""
        if change:
            stock.change(equipment)
        else:
            equipment.save()

    @display(description=_("stays in"))
    def where(self, equipment):
        return equipment.room or _("goes to any room")


@admin.register(CalendarDay)
class CalendarDayAdmin(DeskAdmin):
    for_managers = True
    list_display = ["date", "name", "kind_shown", "source"]
    list_filter = ["kind"]
    search_fields = ["name", "source"]
    date_hierarchy = "date"
    ordering = ["-date"]

    def at_centers(self, queryset, centers):
        return queryset

    def is_at_work(self, user, obj):
        return True

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    @display(
        description=_("kind"),
        ordering="kind",
        label={CalendarDayKind.HOLIDAY: "danger", CalendarDayKind.MAKEUP_WORKDAY: "info"},
    )
    def kind_shown(self, day):
        return day.kind, day.get_kind_display()


class StaffMemberForm(MemberForm):
    class Meta:
        model = StaffMember
        fields = ["center", "district", "role", "until"]

    def clean(self):
        cleaned = super().clean()
        if "district" not in self.fields and not cleaned.get("center", self.instance.center):
            self.add_error("center", ValidationError(_("Please choose a center.")))
        return cleaned


@admin.register(StaffMember)
class StaffMemberAdmin(DeskAdmin):
    names_people = True
    for_managers = True
    form = StaffMemberForm
    list_display = ["user", "workplace", "role_shown", "until"]
    list_select_related = ["user", "center", "district"]
    list_filter = [CenterFilter, "role"]
    search_fields = ["user__name", "user__email", "user__phone"]
    ordering = ["center", "pk"]

    def has_view_permission(self, request, obj=None):
        return duty_of(request.user).manages

    def get_fields(self, request, obj=None):
        who = ["user"] if obj else ["address"]
        where = ["center", "district"] if duty_of(request.user).is_superuser else ["center"]
        return [*who, *where, "role", "until"]

    def get_readonly_fields(self, request, obj=None):
        return ["user"] if obj else []

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "role" and not duty_of(request.user).is_superuser:
            kwargs["choices"] = [c for c in StaffRole.choices if c[0] != StaffRole.DISTRICT]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def is_at_work(self, user, member):
        return duty_of(user).is_superuser or bool(
            member.center and duty_of(user).is_at(member.center)
        )

    def save_model(self, request, member, form, change):
        super().save_model(request, member, form, change)
        if not member.user.is_staff:
            member.user.is_staff = True
            member.user.save(update_fields=["is_staff"])

    @display(description=_("works at"))
    def workplace(self, member):
        return member.center or member.district

    @display(
        description=_("role"),
        ordering="role",
        label=dict.fromkeys(StaffRole) | {StaffRole.MANAGER: "info"},
    )
    def role_shown(self, member):
        return member.role, member.get_role_display()
