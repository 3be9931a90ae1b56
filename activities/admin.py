from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, OuterRef, Subquery
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.desk import ForTheFew
from activities import decision_admin as decision_admin  # Its list is registered there.
from activities import differences, posting, rules_of_centers, search, wished_times
from activities.models import (
    IN_THE_PARTNERS_HANDS,
    IS_PUBLIC,
    Activity,
    Allocation,
    Category,
    Review,
    Session,
    Status,
)
from activities.pictures import AsksWhatThePictureShows
from activities.posting import PARTNERS_FIELDS, PostingRefused
from activities.question_admin import QuestionInline
from activities.review_form import ReviewForm
from activities.rules_of_centers import GROUPS
from partners.models import Partner
from partners.partner_admin import PartnerAdmin
from venues.desk import CenterFilter, DeskAdmin, HistoryInline, RefusalsBesideTheForm
from venues.rule_words import in_words
from venues.staffing import duty_of, workplaces

# From which states a button is worth showing; the services look again.
MAY_BE_PUBLISHED = (Status.DRAFT, Status.SUBMITTED, Status.ARCHIVED)


@admin.register(Category)
class CategoryAdmin(ForTheFew):
    list_display = ["name", "slug", "icon", "tint", "order"]
    list_editable = ["order"]
    prepopulated_fields = {"slug": ["name"]}

    def save_model(self, request, category, form, change):
        super().save_model(request, category, form, change)
        if change and "name" in form.changed_data:
            search.fill_again(category.activities.all())


@admin.register(Partner)
class NamedPartnerAdmin(PartnerAdmin):
    """Activities are found by their partner's name, of which the partners' app knows nothing."""

    def save_model(self, request, partner, form, change):
        super().save_model(request, partner, form, change)
        if change and "name" in form.changed_data:
            search.fill_again(partner.activities.all())


class ReviewInline(HistoryInline):
    model = Review
    fields = readonly_fields = ["state", "said", "changed", "by", "at"]
    verbose_name_plural = _("what was said")
    tab = True

    @display(description=_("state"))
    def state(self, review):
        return review.get_about_display() or review.get_status_display()

    @display(description=_("note"))
    def said(self, review):
        return render_to_string("admin/_said.html", {"review": review})

    @display(description=_("what was changed"))
    def changed(self, review):
        return render_to_string("admin/_differences.html", {"changes": review.changes})

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")

    def get_fields(self, request, obj=None):
        """Who looks on reads what was said, and not by whom."""
        return self.fields if duty_of(request.user).works else ["state", "said", "changed", "at"]


class ActivityForm(AsksWhatThePictureShows, forms.ModelForm):
    def _get_validation_exclusions(self):
        # What is booked either way is not drawn, also where one of the two is fixed already.
        return super()._get_validation_exclusions() - {"allocation", "booking_mode"}


@admin.register(Activity)
class ActivityAdmin(RefusalsBesideTheForm, DeskAdmin):
    refusals = (PostingRefused,)
    form = ActivityForm
    list_display = ["title", "category", "partner", "status_shown", "dates_to_come", "center"]
    list_select_related = ["category", "partner", "center"]
    list_filter = [CenterFilter, "status", "category", "booking_mode"]
    search_fields = ["title", "partner__name"]
    search_help_text = _("Title, pinyin, initials or partner")
    autocomplete_fields = ["partner"]
    inlines = [QuestionInline, ReviewInline]
    formfield_overrides = DeskAdmin.formfield_overrides | {
        ArrayField: {"widget": UnfoldAdminTextInputWidget}
    }
    radio_fields = dict.fromkeys(
        ["booking_mode", "allocation", "freed_place", "overlaps"], admin.HORIZONTAL
    )
    actions_detail = [
        "make_dates",
        "prepare_draw",
        "book_for_somebody",
        "ask_for_changes",
        "publish",
        {
            "title": _("More"),
            "items": ["see_dates", "see_register", "print_poster", "end_course", "archive"],
        },
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "status",
                    "title",
                    ("category", "center"),
                    "partner",
                    "wish",
                    "summary",
                    "description",
                    "bring",
                    "cover",
                    "cover_alt",
                ]
            },
        ),
        (
            _("For whom"),
            {
                "classes": ["tab"],
                "fields": [
                    ("min_age", "max_age"),
                    ("fee_text", "fee_amount"),
                    "attendance_mode",
                    "online_link",
                ],
            },
        ),
        (
            _("Booking"),
            {
                "classes": ["tab"],
                "fields": [
                    "booking_mode",
                    "allocation",
                    "is_drop_in",
                    ("course_opens_at", "course_closes_at"),
                ],
            },
        ),
        *((title, {"classes": ["tab"], "fields": fields}) for title, fields in GROUPS),
    ]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_fieldsets(self, request, obj=None):
        """A new activity has neither a state nor wishes, and begins with its center's rules."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            return _with_what_is_asked(fieldsets, obj)
        later = [title for title, fields in GROUPS]
        [(title, first), *others] = [each for each in fieldsets if each[0] not in later]
        fields = [name for name in first["fields"] if name not in ("status", "wish")]
        return [(title, first | {"fields": fields}), *others]

    def get_changeform_initial_data(self, request):
        centers = list(workplaces(request.user)[:2])
        only = {"center": centers[0].pk} if len(centers) == 1 else {}
        return only | super().get_changeform_initial_data(request)

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Each rule that is not the center's says what the center's is."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj:
            rules = rules_of_centers.rules_of(obj.center)
            for name in rules_of_centers.own(obj) & form.base_fields.keys():
                field = form.base_fields[name]
                said = _("The center: %(rule)s") % {"rule": in_words(rules, name)}
                field.help_text = f"{field.help_text} {said}".strip()
        return form

    def get_queryset(self, request):
        coming = Session.objects.live().coming().filter(activity=OuterRef("pk")).order_by()
        return (
            super()
            .get_queryset(request)
            .annotate(
                coming=Subquery(coming.values("activity").annotate(n=Count("pk")).values("n"))
            )
            .defer("search_text", "search_vector")
        )

    def get_search_results(self, request, queryset, words):
        """By pinyin and initials, too, as in the catalog."""
        found, may_repeat = super().get_search_results(request, queryset, words)
        if query := search.query_for(words):
            found |= queryset.filter(search_vector=query)
        return found, may_repeat

    def get_readonly_fields(self, request, obj=None):
        fixed = ["status", "wish", "wishes", "changed"]
        if obj and obj.partner_id and obj.status in IN_THE_PARTNERS_HANDS:
            # Two who write into one text would take each other's words away.
            fixed += PARTNERS_FIELDS
        if obj and obj.sessions.exists():
            fixed.append("center")  # Its dates hold rooms there.
        if obj and obj.bookings.exists():
            # Bookings of one kind cannot become the other.
            fixed += ["booking_mode", "allocation"]
        elif obj and obj.is_published:
            fixed.append("allocation")  # It is what people have read.
        return fixed

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for question in getattr(formset, "retired", ()):
            messages.info(
                request,
                _("“%(question)s” has been answered: it is asked no more, and its answers stay.")
                % {"question": question},
            )

    def save_model(self, request, activity, form, change):
        if not change:
            activity.created_by = request.user
            rules_of_centers.begin(activity)
        elif "center" in form.changed_data:
            rules_of_centers.move(activity)
        activity.search_text = search.text_for(activity)
        super().save_model(request, activity, form, change)

    def response_add(self, request, activity, post_url_continue=None):
        """What comes next is on its own page: its rules, and the button that makes dates."""
        messages.success(
            request,
            _("“%(title)s” is written down, with the rules of the center.")
            % {"title": activity.title},
        )
        return redirect(self.address_of(activity))

    def view_on_site(self, activity):
        return activity.get_absolute_url() if activity.status in IS_PUBLIC else None

    @display(
        description=_("state"),
        ordering="status",
        label=dict.fromkeys(Status)
        | {
            Status.SUBMITTED: "warning",
            Status.CHANGES_ASKED: "info",
            Status.PUBLISHED: "success",
        },
    )
    def status_shown(self, activity):
        return activity.status, activity.get_status_display()

    @display(description=_("changed since it was looked at"))
    def changed(self, activity):
        changes = _changed_since(activity)
        return render_to_string("admin/_differences.html", {"changes": changes})

    @display(description=_("wished times"))
    def wishes(self, activity):
        chances = wished_times.chances(activity.wished_times.all(), activity.center)
        return render_to_string("admin/_wishes.html", {"chances": chances, "activity": activity})

    @display(description=_("dates to come"))
    def dates_to_come(self, activity):
        return activity.coming or 0

    @action(description=_("Make dates"), permissions=["act"], icon="calendar_add_on")
    def make_dates(self, request, object_id):
        return redirect("admin:make_dates", object_id)

    @action(description=_("Prepare the draw"), permissions=["draw"], icon="casino")
    def prepare_draw(self, request, object_id):
        return redirect("admin:prepare_draw", object_id)

    @action(description=_("Its dates"), permissions=["view"], icon="calendar_month")
    def see_dates(self, request, object_id):
        address = reverse("admin:activities_session_changelist")
        return redirect(f"{address}?{urlencode({'activity__id__exact': object_id})}")

    @action(description=_("Register"), permissions=["act"], icon="grid_on")
    def see_register(self, request, object_id):
        return redirect("rosters:register", object_id)

    @action(description=_("Poster for the door"), permissions=["act"], icon="qr_code_2")
    def print_poster(self, request, object_id):
        return redirect("rosters:poster", object_id)

    @action(description=_("Call off from a date on"), permissions=["end"], icon="event_busy")
    def end_course(self, request, object_id):
        return redirect("admin:end_course", object_id)

    @action(description=_("Book for somebody"), permissions=["book"], icon="support_agent")
    def book_for_somebody(self, request, object_id):
        address = reverse("admin:book_for_somebody")
        return redirect(f"{address}?{urlencode({'activity': object_id})}")

    @action(
        description=_("Publish"),
        permissions=["publish"],
        icon="publish",
        variant=ActionVariant.PRIMARY,
    )
    def publish(self, request, object_id):
        activity = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            activity,
            question=_("Show this activity to everybody?"),
            text=_("From now on it stands in the catalog; its partner is told."),
            label=_("Publish"),
            do=lambda: posting.publish(activity, by=request.user),
            done=_("It is published."),
        )

    @action(description=_("Ask for changes"), permissions=["review"], icon="edit_note")
    def ask_for_changes(self, request, object_id):
        activity = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            activity,
            question=_("What should the partner change?"),
            text=_("In general, or beside a field. What you have changed yourself is told, too."),
            label=_("Send it back"),
            form=ReviewForm(
                request.POST or None, values=differences.in_words(activity, PARTNERS_FIELDS)
            ),
            do=lambda **said: posting.ask_for_changes(activity, by=request.user, **said),
            done=_("The partner has been told."),
        )

    @action(description=_("Archive"), permissions=["archive"], icon="archive")
    def archive(self, request, object_id):
        activity = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            activity,
            question=_("Take this activity out of the lists?"),
            text=_("Links to it stay, and so do its bookings."),
            label=_("Archive"),
            do=lambda: posting.archive(activity, by=request.user),
            done=_("It is archived."),
        )

    def has_book_permission(self, request, object_id=None):
        return self._is_in(request, object_id, [Status.PUBLISHED])

    def has_draw_permission(self, request, object_id=None):
        drawn = self.named(request, object_id).filter(allocation=Allocation.DRAW)
        return self.has_act_permission(request) and drawn.exists()

    def has_end_permission(self, request, object_id=None):
        coming = Session.objects.live().coming()
        here = coming.filter(activity__in=self.named(request, object_id))
        return self.has_act_permission(request) and here.exists()

    def has_publish_permission(self, request, object_id=None):
        return self._is_in(request, object_id, MAY_BE_PUBLISHED)

    def has_review_permission(self, request, object_id=None):
        return self._is_in(request, object_id, [Status.SUBMITTED])

    def has_archive_permission(self, request, object_id=None):
        return self._is_in(request, object_id, [Status.PUBLISHED])

    def _is_in(self, request, object_id, states):
        """Buttons are offered where they lead somewhere; asked once for all of them."""
        if not hasattr(request, "_posting_state"):
            row = self.named(request, object_id)
            request._posting_state = row.values_list("status", flat=True).first()
        return self.has_act_permission(request) and request._posting_state in states


def _with_what_is_asked(fieldsets, activity):
    """A posting that came back says first what is new in it; times wished for stand by the wish."""
    [(title, first), *others] = fieldsets
    fields = list(first["fields"])
    if activity.status == Status.SUBMITTED and _changed_since(activity):
        fields.insert(1, "changed")
    if activity.wished_times.exists():
        fields.insert(fields.index("wish") + 1, "wishes")
    return [(title, first | {"fields": fields}), *others]


def _changed_since(activity):
    """What differs from what the center has seen before; kept for the one page that asks twice."""
    if not hasattr(activity, "_changed_since"):
        last = activity.reviews.exclude(values={}).first()
        activity._changed_since = last.changes if last else []
    return activity._changed_since
