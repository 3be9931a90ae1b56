"""What somebody follows: one button where they meet it, and one list of all of it.

Who is not signed in says so by the same tap: it is remembered over the sign-in, in a cookie, and
done when they come back. To who is signed in already, opening such an address does nothing.
"""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from activities.models import Activity, Category
from bookings.models import Follow
from partners.models import Partner
from venues.models import Center

WANTED = "follow"
SIGNS_IN_WITHIN = timedelta(hours=1)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def activity(request, pk):
    """Tell me when booking opens; with `stop`, no more."""
    found = get_object_or_404(Activity.objects.published(), pk=pk)
    done = _("We tell you when booking opens.")
    return _answer(request, redirect(found), done, activity=found)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def partner(request, pk):
    found = get_object_or_404(Partner.objects.active(), pk=pk)
    done = _("We tell you when there is something new.")
    return _answer(request, redirect("partners:detail", pk), done, partner=found)


@require_http_methods(["GET", "HEAD", "POST"])
def all_of_it(request):
    """Everything one follows; categories are ticked, center by center."""
    centers = list(_centers_near(request.user))
    if request.method == "POST":
        _tick(request, centers)
        messages.success(request, _("Saved."))
        return redirect("bookings:following")
    mine = Follow.objects.filter(user=request.user).select_related("activity", "partner")
    ticked = {(each.category_id, each.center_id) for each in mine if each.category_id}
    categories = list(Category.objects.all())
    context = {
        "activities": [each.activity for each in mine if each.activity],
        "partners": [each.partner for each in mine if each.partner],
        "centers": [
            (center, [(each, (each.pk, center.pk) in ticked) for each in categories])
            for center in centers
        ],
    }
    return render(request, "bookings/following.html", context)


def _centers_near(user):
    """The house whose site this is, and wherever this user has booked."""
    booked = Activity.objects.filter(bookings__booked_by=user).values("center")
    house = Center.objects.open_to_public()[:1].values("pk")
    return Center.objects.open_to_public().filter(Q(pk__in=booked) | Q(pk__in=house))


def _answer(request, back, done, **thing):
    if not request.user.is_authenticated:
        away = redirect_to_login(request.path)
        away.set_signed_cookie(
            WANTED, request.path, max_age=SIGNS_IN_WITHIN, httponly=True, samesite="Lax",
            secure=request.is_secure(),
        )  # fmt: skip
        return away
    was_wanted = request.get_signed_cookie(WANTED, default=None, max_age=SIGNS_IN_WITHIN)
    if request.method == "POST" or was_wanted == request.path:
        _set(request, done, **thing)
    if was_wanted:
        back.delete_cookie(WANTED)
    return back


def _set(request, done, **thing):
    follows = Follow.objects.filter(user=request.user, **thing)
    if "stop" in request.POST:
        follows.delete()
        messages.success(request, _("We do not tell you of it any more."))
        return
    Follow.objects.get_or_create(user=request.user, **thing)
    messages.success(request, done)


def _tick(request, centers):
    """The ticked categories of these centers, and no others."""
    wanted = set(request.POST.getlist("category"))
    for center in centers:
        for category in Category.objects.all():
            thing = {"user": request.user, "category": category, "center": center}
            if f"{category.pk}-{center.pk}" in wanted:
                Follow.objects.get_or_create(**thing)
            else:
                Follow.objects.filter(**thing).delete()
