"""What the public page of a partner says, written by its managers."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from partners.models import Partner
from partners.story import cleaned


class StoryForm(forms.ModelForm):
    intro = forms.CharField(
        label=gettext_lazy("In a few sentences"),
        help_text=gettext_lazy("Stands on top of your page and in the list of partners."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    story = forms.CharField(
        label=gettext_lazy("Your story"),
        help_text=gettext_lazy(
            "Who you are and why you do this. An empty line begins a paragraph; headings (h3),"
            " lists (ul, li) and links (a) of HTML are kept, everything else is taken out."
        ),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
    )

    class Meta:
        model = Partner
        fields = ["intro", "story"]

    def clean_story(self):
        return cleaned(self.cleaned_data["story"])


@require_http_methods(["GET", "HEAD", "POST"])
def story(request, pk):
    partner = get_object_or_404(Partner.objects.run_by(request.user), pk=pk)
    form = StoryForm(request.POST or None, instance=partner)
    if request.method == "POST" and form.is_valid():
        form.instance.save(update_fields=["intro", "story"])
        messages.success(request, _("Saved. This is how everybody sees it."))
        return redirect("partners:detail", pk)
    context = {"form": form, "partner": partner}
    return render(request, "partners/story.html", context, status=422 if form.errors else 200)
