"""What the lists of the staff's desk have in common: everybody sees their own centers only."""

from functools import reduce

from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import TextField, URLField
from django.forms import ModelChoiceField
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminExpandableTextareaWidget, UnfoldAdminSelectWidget

from venues.models import Center
from venues.staffing import duty_of, workplaces
from venues.stock import EquipmentGone
from venues.takings import RoomTaken


class OffersOwnOnly:
    """A choice offers what its user's own lists show."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        self._narrow(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        self._narrow(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        # Lists are kept in their own place; a form is not the door to five others.
        for way in ("add", "change", "delete", "view"):
            if hasattr(getattr(field, "widget", None), f"can_{way}_related"):
                setattr(field.widget, f"can_{way}_related", False)
        return field

    def _narrow(self, db_field, request, kwargs):
        model = db_field.remote_field.model
        if "queryset" in kwargs:
            return
        if model is Center:
            kwargs["queryset"] = workplaces(request.user)
        elif self.admin_site.is_registered(model):
            kwargs["queryset"] = self.admin_site.get_model_admin(model).get_queryset(request)


class DeskAdmin(OffersOwnOnly, ModelAdmin):
    """A list of what belongs to the centers of whoever looks at it.

    Nothing is deleted here unless a list says so: people and history stay.
    """

    center_path = "center"  # how a row leads to its center; "" where it is one
    names_people = False  # for those who work there, not for those who look on
    about_people: tuple[str, ...] = ()  # fields that are not for those who look on
    for_managers = False  # others may look, only managers change
    for_looking = False  # nobody changes a row here; its buttons call services
    warn_unsaved_form = True
    list_per_page = 50
    show_full_result_count = False
    formfield_overrides: dict = {TextField: {"widget": UnfoldAdminExpandableTextareaWidget}}
    # What its services raise, each with a `reason`.
    refusals: tuple[type[Exception], ...] = (RoomTaken, EquipmentGone)

    def get_queryset(self, request):
        queryset = super().get_queryset(request)
        user = request.user
        if duty_of(user).is_superuser:
            return queryset
        centers = workplaces(user) if self.names_people else Center.objects.managed_by(user)
        return self.at_centers(queryset, centers)

    def at_centers(self, queryset, centers):
        return queryset.filter(**{f"{self.center_path or 'pk'}__in": centers})

    def get_list_display(self, request):
        return self._sayable(request, super().get_list_display(request))

    def get_search_fields(self, request):
        return self._sayable(request, super().get_search_fields(request))

    def get_fieldsets(self, request, obj=None):
        fieldsets = [
            (title, options | {"fields": self._sayable(request, options["fields"])})
            for title, options in super().get_fieldsets(request, obj)
        ]
        return [(title, options) for title, options in fieldsets if options["fields"]]

    def lookup_allowed(self, lookup, value, request):
        """What is not shown is not guessed letter by letter in an address, either."""
        allowed = super().lookup_allowed(lookup, value, request)
        return allowed and bool(self._sayable(request, [lookup.partition("__")[0]]))

    def history_view(self, request, object_id, extra_context=None):
        """It names whoever changed something, and whom they let act for a partner."""
        if not duty_of(request.user).works:
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def _sayable(self, request, names):
        if duty_of(request.user).works:
            return list(names)
        return [name for name in names if name not in self.about_people]

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        duty = duty_of(request.user)
        return duty.works if self.names_people else duty.looks_on

    def has_add_permission(self, request):
        duty = duty_of(request.user)
        return duty.manages if self.for_managers else duty.works

    def has_change_permission(self, request, obj=None):
        return self.has_act_permission(request, obj) and not self.for_looking

    def has_act_permission(self, request, obj=None):
        """Whether the buttons above a form are for this user.

        They are offered with the id only, and what they do looks at the object again.
        """
        is_ours = not isinstance(obj, self.model) or self.is_at_work(request.user, obj)
        return DeskAdmin.has_add_permission(self, request) and is_ours

    def has_delete_permission(self, request, obj=None):
        return False

    def named(self, request, object_id):
        """The row that an address names, as a QuerySet; empty where it names none of ours."""
        try:
            return self.get_queryset(request).filter(pk=object_id)
        except ValueError:
            return self.model.objects.none()

    def acted_on(self, request, object_id):
        """The object behind a button, or 404 where it is none of this user's."""
        obj = self.get_object(request, unquote(str(object_id)))
        if obj is None or not self.has_act_permission(request, obj):
            raise Http404
        return obj

    def ask_first(
        self, request, obj, *, question, text="", label, form=None, do, done, back="", seen=""
    ):
        """A page that asks, with a form where words are needed, and then does it once.

        A button above a form is a link, and a link must not change anything. `do` gets the
        form's answers; what it refuses stands beside the form. `back` is where one came from.
        `seen` comes back as the request's field of that name: what was decided on.
        """
        if request.method == "POST" and (form is None or form.is_valid()):
            try:
                do(**(form.cleaned_data if form else {}))
            except self.refusals as refused:
                if form is None:
                    messages.error(request, str(refused.reason))
                    return redirect(back or self.address_of(obj))
                form.add_error(None, str(refused.reason))
            else:
                messages.success(request, done)
                return redirect(back or self.address_of(obj))
        context = {
            **self.admin_site.each_context(request),
            "title": question,
            "opts": self.opts,
            "original": obj,
            "text": text,
            "label": label,
            "form": form,
            "seen": seen,
            "back": back or self.address_of(obj),
        }
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/ask_first.html", context, status=status)

    def address_of(self, obj):
        if obj.pk is None:
            return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[obj.pk])

    def is_at_work(self, user, obj):
        steps = self.center_path.split("__") if self.center_path else []
        return duty_of(user).is_at(reduce(getattr, steps, obj))


class PartInline(OffersOwnOnly, TabularInline):
    """Parts of a thing, changed by whoever may change the thing."""

    extra = 0
    hide_title = True

    def has_view_permission(self, request, obj=None):
        return duty_of(request.user).looks_on

    def has_add_permission(self, request, obj=None):
        return self._may_change_the_whole(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._may_change_the_whole(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._may_change_the_whole(request, obj)

    def _may_change_the_whole(self, request, obj):
        whole = self.admin_site.get_model_admin(self.parent_model)
        return whole.has_change_permission(request, obj)


class HistoryInline(PartInline):
    """What happened to a thing; nobody rewrites it."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class RoomField(ModelChoiceField):
    """A room with its floor; unset is somewhere else."""

    widget = UnfoldAdminSelectWidget

    def __init__(self, queryset, **more):
        super().__init__(queryset, **{"empty_label": _("no room of the center")} | more)

    def label_from_instance(self, room):
        return f"{room.floor} {room}"


class RefusalsBesideTheForm:
    """When a service refuses, the form comes back with its reason and nothing is lost."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except self.refusals as refused:
            request.refused_because = str(refused.reason)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refused_because = getattr(request, "refused_because", None)
        return type(form.__name__, (_Refusable, form), {})


class _Refusable:
    def clean(self):
        cleaned = super().clean()
        if self.refused_because:
            self.add_error(None, self.refused_because)
        return cleaned


class CenterFilter(SimpleListFilter):
    """Only for who works at more than one."""

    title = _("center")
    parameter_name = "center"

    def lookups(self, request, model_admin):
        self.path = model_admin.center_path
        centers = list(Center.objects.managed_by(request.user))
        return [(each.pk, each.name) for each in centers] if len(centers) > 1 else []

    def queryset(self, request, queryset):
        if self.value() is None or not self.value().isdecimal():
            return queryset
        return queryset.filter(**{self.path: self.value()})
