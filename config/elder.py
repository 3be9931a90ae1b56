"""长辈版, the elder view: the same pages in large type, chosen by one link.

The choice lives in a cookie and, for who is signed in, in the profile (`accounts.looks`). Choosing
it is safe to repeat, so plain links do it: they work in a message and on a poster.
"""

import unicodedata

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from accounts import looks, services
from accounts.models import Person
from activities.models import Category, Session
from bookings.models import Place

AGE_OF_THE_READER = 70
# What the norm calls it, and what else people say.
NAMES = {
    "长辈版", "长辈模式", "关怀版", "关怀模式", "关爱版", "亲情版", "老年版", "老人版", "大字版",
    "适老版", "elder view",
}  # fmt: skip
MEAL = "meal"  # the icon of what one eats


def is_looked_for(words):
    """Whether somebody writes one of its names into the search box."""
    return " ".join(unicodedata.normalize("NFKC", words).lower().split()) in NAMES


@require_safe
@login_not_required
def home(request):
    """Four big doors; from any other page, that page again in large type."""
    request.COOKIES[settings.ELDER_COOKIE_NAME] = "1"
    if "next" in request.GET:
        return _remember(request, redirect(_way_back(request)), True)
    return _remember(request, render(request, "elder.html", _doors(request.user)), True)


def _doors(user):
    """What each of the four doors says in small letters."""
    bookable = Session.objects.published().coming().open_for_booking().with_places().for_lists()
    bookable = bookable.for_age(AGE_OF_THE_READER)
    meal = Q(activity__category__icon=MEAL)
    next_meal = bookable.filter(meal).first()
    return {
        "now": timezone.now(),
        "next_class": bookable.exclude(meal | Q(activity__is_drop_in=True)).first(),
        "next_meal": next_meal,
        "meals": next_meal.activity.category if next_meal else _meals(),
        "today": _today(user).count() if user.is_authenticated else 0,
    }


def _meals():
    return Category.objects.filter(icon=MEAL).first()


def _today(user):
    """Places that this user's people have today."""
    return Place.objects.confirmed().filter(
        person__in=Person.objects.in_care_of(user),
        session__canceled_at=None,
        session__starts_at__date=timezone.localdate(),
    )


@require_safe
@login_not_required
def leave(request):
    return _remember(request, redirect(_way_back(request)), False)


def _way_back(request):
    address = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if is_ours else reverse("home")


def _remember(request, response, chosen):
    if request.user.is_authenticated and request.user.elder_view != chosen:
        services.prefer(request.user, elder_view=chosen)
    return looks.remember(response, elder_view=chosen)
