"""Letters at the desk: read, answered, gathered into needs; and the weekly opening of the box."""

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.db.models import Case, Value, When
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display

from partners import box_openings, letters
from partners.letter_forms import (
    AnswerForm,
    GatherForm,
    OpenedForm,
    PublicAnswerForm,
    ReasonForm,
)
from partners.letters import LetterRefused
from partners.models import BoxOpening, Letter, LetterChannel
from partners.needs import NeedRefused
from partners.photos import PhotoField
from venues.desk import CenterFilter, DeskAdmin
from venues.staffing import workplaces

UNREAD_FIRST = Case(
    When(need=None, answered_at=None, set_aside_at=None, then=Value(0)), default=Value(1)
)


class LetterStateFilter(SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("unread", _("To be answered")),
            ("overdue", _("Overdue")),
            ("gathered", _("Became a need")),
            ("answered", _("Answered")),
            ("aside", _("Set aside")),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "unread":
                return queryset.unread()
            case "overdue":
                return queryset.overdue()
            case "gathered":
                return queryset.exclude(need=None)
            case "answered":
                return queryset.exclude(answered_at=None)
            case "aside":
                return queryset.exclude(set_aside_at=None)
        return queryset


@admin.register(Letter)
class LetterAdmin(DeskAdmin):
    """A letter stays as it came; what is done with it are services."""

    names_people = True
    refusals = (LetterRefused, NeedRefused)
    list_display = ["short", "center", "state_shown", "channel", "received_at", "answer_by"]
    list_select_related = ["center", "need"]
    list_filter = [LetterStateFilter, CenterFilter, "channel"]
    search_fields = ["text", "name", "contact", "code"]
    search_help_text = _("Words, name, contact, or the code that they say")
    ordering = [UNREAD_FIRST.asc(), "-received_at", "-pk"]
    actions = ["gather_chosen"]
    actions_detail = ["answer", "answer_publicly", "gather", "set_aside", "take_up_again"]
    read_fieldsets = [
        (None, {"fields": ["text", "photo_shown", "center", ("channel", "received_at"),
                           ("spoken_code", "answer_by")]}),
        (_("Who wrote it"), {"fields": [("name", "contact"), "user"]}),
        (_("What became of it"), {"fields": ["state_words", "need_shown", "answer",
                                             ("answered_at", "answered_by"),
                                             ("set_aside_reason", "set_aside_by")]}),
    ]  # fmt: skip
    new_fieldsets = [
        (None, {"fields": ["center", "channel", "text", "photo", "name", "contact"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        return self.read_fieldsets if obj else self.new_fieldsets

    def has_change_permission(self, request, obj=None):
        return obj is None and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request, obj=None):
        shown = [name for _title, part in self.read_fieldsets for name in part["fields"]]
        flat = [each for name in shown for each in ([name] if isinstance(name, str) else name)]
        return flat if obj else []

    def get_changeform_initial_data(self, request):
        centers = list(workplaces(request.user)[:2])
        only = {"center": centers[0].pk} if len(centers) == 1 else {}
        return (
            {"channel": LetterChannel.PAPER} | only | super().get_changeform_initial_data(request)
        )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "photo":
            return PhotoField(label=_("photo"))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request, letter, form, change):
        letter.entered_by = request.user
        letters.put_in(letter)
        said = _("Code for the writer: %(code)s") % {"code": letter.spoken_code}
        messages.info(request, said)

    def get_urls(self):
        own = [
            path(
                "<int:pk>/photo/",
                self.admin_site.admin_view(self.photo_view),
                name="partners_letter_photo",
            ),
            path(
                "gather/",
                self.admin_site.admin_view(self.gather_view),
                name="partners_letter_gather_many",
            ),
        ]
        return own + super().get_urls()

    def photo_view(self, request, pk):
        """For who works at the center only; no address of the file itself leads anywhere."""
        letter = self.named(request, pk).first()
        if letter is None or not letter.photo or not self.has_view_permission(request, letter):
            raise Http404
        return FileResponse(
            letter.photo.open(),
            content_type="image/jpeg",
            headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
        )

    def gather_view(self, request):
        """Many letters ask for one thing."""
        ids = [each for each in request.GET.get("letters", "").split(",") if each.isdecimal()]
        chosen = list(self.get_queryset(request).filter(pk__in=ids[:200]).select_related("center"))
        if not chosen or not all(self.has_act_permission(request, each) for each in chosen):
            raise Http404
        return self._ask_to_gather(request, chosen, Letter())

    @admin.action(description=_("Gather into a need"))
    def gather_chosen(self, request, queryset):
        ids = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True))
        return redirect(f"{reverse('admin:partners_letter_gather_many')}?letters={ids}")

    @action(description=_("Answer the writer"), permissions=["act"], icon="reply")
    def answer(self, request, object_id):
        letter = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            letter,
            question=_("Answer the writer only"),
            text=letter.text,
            label=_("Send the answer"),
            form=AnswerForm(request.POST or None),
            do=lambda answer: letters.answer(letter, answer, by=request.user),
            done=_("It is answered."),
        )

    @action(description=_("Answer publicly"), permissions=["act"], icon="campaign")
    def answer_publicly(self, request, object_id):
        letter = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            letter,
            question=_("Answer for everybody to read"),
            text=letter.text,
            label=_("Publish the answer"),
            form=PublicAnswerForm(request.POST or None),
            do=lambda title, answer: letters.answer_publicly(
                letter, answer, title=title, by=request.user
            ),
            done=_("It is answered, and everybody can read it."),
        )

    @action(description=_("Gather into a need"), permissions=["act"], icon="merge")
    def gather(self, request, object_id):
        letter = self.acted_on(request, object_id)
        return self._ask_to_gather(request, [letter], letter)

    @action(description=_("Set aside"), permissions=["act"], icon="archive")
    def set_aside(self, request, object_id):
        letter = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            letter,
            question=_("Set this letter aside?"),
            text=letter.text,
            label=_("Set aside"),
            form=ReasonForm(request.POST or None),
            do=lambda reason: letters.set_aside(letter, reason=reason, by=request.user),
            done=_("It is set aside."),
        )

    @action(description=_("Take up again"), permissions=["act"], icon="unarchive")
    def take_up_again(self, request, object_id):
        letter = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            letter,
            question=_("Take this letter up again?"),
            text=letter.text,
            label=_("Take up again"),
            do=lambda: letters.take_up_again(letter),
            done=_("It is to be answered."),
        )

    @display(description=_("letter"))
    def short(self, letter):
        return str(letter)

    @display(description=_("code"))
    def spoken_code(self, letter):
        return letter.spoken_code

    @display(description=_("photo"))
    def photo_shown(self, letter):
        if not letter.photo:
            return "–"
        address = reverse("admin:partners_letter_photo", args=[letter.pk])
        return format_html('<a class="desk-link" href="{}">{}</a>', address, _("Look at it"))

    @display(description=_("need"))
    def need_shown(self, letter):
        if letter.need is None:
            return "–"
        address = reverse("admin:partners_need_change", args=[letter.need_id])
        return format_html('<a class="desk-link" href="{}">{}</a>', address, letter.need)

    @display(
        description=_("state"),
        label={"unread": "warning", "overdue": "danger", "answered": "success", "need": "info",
               "aside": None},
    )  # fmt: skip
    def state_shown(self, letter):
        return _state(letter)

    @display(description=_("state"))
    def state_words(self, letter):
        return _state(letter)[1]

    def _ask_to_gather(self, request, chosen, obj):
        count = len(chosen)
        question = ngettext(
            "Gather %(count)s letter into a need", "Gather %(count)s letters into a need", count
        )
        return self.ask_first(
            request,
            obj,
            question=question % {"count": count},
            text="\n".join(letter.text for letter in chosen[:5]),
            label=_("Gather"),
            form=GatherForm(request.POST or None, center=chosen[0].center),
            do=lambda need, title: letters.gather(chosen, need=need, title=title, by=request.user),
            done=_("Gathered. Whoever wrote is told what becomes of it."),
        )


def _state(letter):
    if letter.answered_at:
        return "answered", _("Answered")
    if letter.need_id:
        return "need", _("Became a need")
    if letter.set_aside_at:
        return "aside", _("Set aside")
    return ("overdue", _("Overdue")) if letter.is_overdue() else ("unread", _("To be answered"))


@admin.register(BoxOpening)
class BoxOpeningAdmin(DeskAdmin):
    """The clock makes them; whoever opens the box says so here."""

    for_looking = True
    refusals = (box_openings.OpeningRefused,)
    about_people = ("opened_by",)
    list_display = ["due_on", "center", "state_shown", "papers", "opened_at", "opened_by"]
    list_select_related = ["center", "opened_by"]
    list_filter = [CenterFilter, ("opened_at", admin.EmptyFieldListFilter)]
    ordering = ["-due_on", "center"]
    fieldsets = [(None, {"fields": ["center", "due_on", "opened_at", "opened_by", "papers"]})]
    readonly_fields = ["center", "due_on", "opened_at", "opened_by", "papers"]
    actions_detail = ["opened"]

    def has_add_permission(self, request):
        return False

    @action(description=_("The box was opened"), permissions=["act"], icon="mark_email_read")
    def opened(self, request, object_id):
        opening = self.acted_on(request, object_id)
        return self.ask_first(
            request,
            opening,
            question=_("The box was opened"),
            text=_("Then enter the letters on paper; each gets a code and an answer in time."),
            label=_("It was opened"),
            form=OpenedForm(request.POST or None),
            do=lambda papers: box_openings.open_box(opening, by=request.user, papers=papers),
            done=_("Thank you. Letters on paper can be entered now."),
            back=reverse("admin:partners_letter_add") if request.method == "POST" else "",
        )

    @display(
        description=_("state"),
        label={"opened": "success", "due": "warning", "overdue": "danger"},
    )
    def state_shown(self, opening):
        if opening.opened_at:
            return "opened", _("Opened")
        if opening.due_on < timezone.localdate():
            return "overdue", _("Overdue")
        return "due", _("To be opened")
