"""Choosing papers in a form: several at once, each looked at before anything is saved."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.paper_checks import ENDINGS, MOST_AT_ONCE, kind_of


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PapersField(forms.FileField):
    """Becomes [(file, kind)]."""

    widget = SeveralFiles

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Papers"))
        kwargs.setdefault(
            "help_text",
            _("PDF, JPEG, PNG or WebP, up to 8 files of 10 MB. Only the staff read them."),
        )
        super().__init__(required=False, max_length=None, **kwargs)

    def clean(self, data, initial=None):
        given = [each for each in (data or []) if each]
        if len(given) > MOST_AT_ONCE:
            raise ValidationError(
                _("Please choose at most %(n)s files."), params={"n": MOST_AT_ONCE}
            )
        files = [super(PapersField, self).clean(each, initial) for each in given]
        mistakes = []
        found = []
        for file in files:
            try:
                found.append((file, kind_of(file)))
            except ValidationError as error:
                mistakes.append(error)
        if mistakes:
            raise ValidationError(mistakes)
        return found

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"accept": ",".join(ENDINGS)}


class AsksForPapersAgain:
    """A form with `papers`: what was typed stays; files have to be chosen again, and it says so."""

    def full_clean(self):
        super().full_clean()
        if self.errors and self.files.getlist("papers") and "papers" not in self.errors:
            self.add_error("papers", _("The files are fine. Please choose them once more."))
