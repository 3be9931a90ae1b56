"""With whom somebody leaves: the page behind the buttons of the roster."""

from django import forms
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.fields import NameField
from bookings import leaving
from bookings.models import Place
from bookings.rules import BookingRefused
from venues.staffing import workplaces


class AgreedForm(forms.Form):
    """Somebody who is not on the list, and what the guardian said."""

    name = NameField(label=_("Who fetches"), max_length=60)
    reason = forms.CharField(
        label=_("What the guardian said"),
        max_length=100,
        help_text=_("With whom you spoke, and when. It stays written down."),
    )
    agreed = forms.BooleanField(
        label=_("I have called the guardian, who agreed"),
        error_messages={"required": _("Please call the guardian first, then tick this.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def leave(request, pk, place):
    """`to` names somebody on the list, `undo` takes it back, anything else is the form."""
    place = _place(request, pk, place)
    if request.method != "POST":
        return _page(request, place)
    form = AgreedForm(request.POST)
    try:
        if "undo" in request.POST:
            leaving.take_back(place, by=request.user)
        elif "to" in request.POST:
            leaving.hand_over(place, to=request.POST["to"], by=request.user)
        elif form.is_valid():
            name, reason = form.cleaned_data["name"], form.cleaned_data["reason"]
            leaving.hand_over_as_agreed(place, name=name, reason=reason, by=request.user)
        else:
            return _page(request, place, form=form, status=422)
    except BookingRefused as refused:
        return _page(request, place, refusal=refused.reason, status=409)
    return redirect(f"{reverse('rosters:roster', args=[pk])}#place-{place.pk}")


def _place(request, pk, place):
    """A place of somebody who is fetched, in a session where this user works."""
    places = Place.objects.filter(
        session=pk,
        session__activity__center__in=workplaces(request.user),
        session__activity__is_fetched=True,
    )
    related = ("person", "session__activity", "session__taking__room__floor")
    return get_object_or_404(places.select_related(*related), pk=place)


def _page(request, place, *, form=None, refusal=None, status=200):
    context = {
        "place": place,
        "session": place.session,
        "fetchers": leaving.fetchers([place.person_id])[place.person_id],
        "shows_phones": "phones" in request.GET,
        "form": form or AgreedForm(),
        "refusal": refusal,
    }
    return render(request, "rosters/leave.html", context, status=status)
