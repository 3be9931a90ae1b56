"""Under my people: who may fetch a child."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts import collectors
from accounts.fields import NameField, PhoneField
from accounts.models import Care, Role
from accounts.services import Refused


class CollectorForm(forms.Form):
    name = NameField(
        label=gettext_lazy("Name of who fetches"), widget=forms.TextInput({"autocomplete": "off"})
    )
    relation = forms.CharField(
        label=gettext_lazy("Who that is (may stay empty)"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Grandmother, neighbor …"),
    )
    phone = PhoneField(required=False, label=gettext_lazy("Phone (may stay empty)"))


@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request, pk):
    """The list, and a form to add to it."""
    person = _ward(request, pk)
    form = CollectorForm(request.POST or None)
    if form.is_valid():
        try:
            added = collectors.name(person, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.reason)
        else:
            words = _("%(name)s may fetch %(child)s from now on.")
            messages.success(request, words % {"name": added.name, "child": person.name})
            return redirect("accounts:collectors", pk)
    context = {
        "person": person,
        "collectors": person.collectors.active(),
        "guardians": Care.objects.active()
        .filter(person=person, role=Role.GUARDIAN)
        .select_related("user"),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "accounts/collectors.html", context, status=status)


@require_POST
def take_off(request, pk, collector):
    person = _ward(request, pk)
    collector = get_object_or_404(person.collectors, pk=collector)
    collectors.take_off(collector)
    words = _("%(name)s may not fetch %(child)s any longer.")
    messages.success(request, words % {"name": collector.name, "child": person.name})
    return redirect("accounts:collectors", pk)


def _ward(request, pk):
    """Somebody whose guardian this user is; 404 for everybody else."""
    mine = request.user.cares.active().filter(person__retired_at=None, role=Role.GUARDIAN)
    return get_object_or_404(mine.select_related("person"), person=pk).person
