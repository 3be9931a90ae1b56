"""The questions of an activity at the staff's desk: what was answered is neither lost nor misread."""

from functools import cached_property

from django import forms
from django.db.models import Func, Max, TextField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from activities.models import AnswerKind, Question
from venues.desk import PartInline
from venues.lines_field import LinesField

FEWEST_CHOICES = 2
# An answer that is there already would say something else, or lie in the wrong place.
FIXED_ONCE_ANSWERED = ("kind", "is_per_person", "is_sensitive")


class QuestionForm(forms.ModelForm):
    choices = LinesField(
        label=_("choices"),
        help_text=_("One a line, at least two; only for the kind “Choice”."),
        required=False,
    )
    order = forms.IntegerField(
        label=_("order"),
        help_text=_("Small numbers first. Empty: at the end."),
        required=False,
        min_value=0,
        max_value=32_767,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    class Meta:
        model = Question
        fields = (
            "text", "purpose", "kind", "choices", "is_required", "is_per_person", "is_sensitive",
            "order",
        )  # fmt: skip
        help_texts = {
            "is_sensitive": _(
                "Health, allergies and the like: asked only with consent, for each person; stored"
                " encrypted, each reading is written down, deleted a week after the last date."
            ),
        }

    def __init__(self, *args, answered=frozenset(), at_the_end=1, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_answered = self.instance.pk in answered
        self.at_the_end = at_the_end
        if not self.instance.pk:
            self.initial["order"] = None

    def clean_order(self):
        given = self.cleaned_data["order"]
        return self.at_the_end if given is None else given

    def clean(self):
        given = super().clean()
        if given.get("kind") != AnswerKind.CHOICE:
            given["choices"] = []
        elif "choices" in given and len(given["choices"]) < FEWEST_CHOICES:
            self.add_error("choices", _("Please write at least two choices, one a line."))
        for name in set(FIXED_ONCE_ANSWERED) & set(self.changed_data) if self.is_answered else ():
            self.add_error(
                name,
                _("It has been answered, so this stays. Please write another question instead."),
            )
        if given.get("is_sensitive") and not self.is_answered:
            given["is_per_person"] = True  # As the consent to it is.
        return given


class QuestionFormSet(forms.BaseInlineFormSet):
    """Taking out a question that was answered retires it."""

    @cached_property
    def answered(self):
        return answered(self.instance) if self.instance.pk else frozenset()

    @cached_property
    def at_the_end(self):
        last = (
            self.instance.questions.aggregate(last=Max("order"))["last"] if self.instance.pk else 0
        )
        return (last or 0) + 1

    @cached_property
    def retired(self):
        return []

    def get_form_kwargs(self, index):
        more = {"answered": self.answered, "at_the_end": self.at_the_end}
        return super().get_form_kwargs(index) | more

    def delete_existing(self, obj, commit=True):
        if obj.pk not in self.answered:
            return super().delete_existing(obj, commit=commit)
        obj.retired_at = timezone.now()
        self.retired.append(obj)
        return obj.save(update_fields=["retired_at"])


class QuestionInline(PartInline):
    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    template = "admin/edit_inline/stacked.html"
    fields = [
        "text",
        "purpose",
        ("kind", "choices"),
        ("is_required", "is_per_person"),
        ("is_sensitive", "order"),
    ]
    tab = True

    def get_queryset(self, request):
        return super().get_queryset(request).asked()


def answered(activity):
    """The ids of its questions that somebody has answered."""
    plain = activity.bookings.annotate(
        question=Func("answers", function="jsonb_object_keys", output_field=TextField())
    ).values_list("question", flat=True)
    sensitive = activity.questions.filter(sensitive_answers__isnull=False)
    return frozenset(
        {int(pk) for pk in plain.order_by().distinct()}
        | set(sensitive.values_list("pk", flat=True))
    )
