"""What search engines may find: what is offered, where, and by whom. Nothing of anybody."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from activities.models import Activity
from partners.models import Partner
from venues.models import Center

# Behind the sign-in, without end, or of use to one reader only.
NOT_FOR_ROBOTS = (
    "/accounts/", "/admin/", "/bookings/", "/check-in/", "/feedback/", "/messages/", "/my-day/", "/offers/",
    "/partner/", "/people/", "/rooms/bookings/", "/staff/",
)  # fmt: skip


class Doors(Sitemap):
    def items(self):
        return [
            "home",
            "activities:list",
            "activities:calendar",
            "rooms:all",
            "partners:list",
            "help",
        ]

    def location(self, item):
        return reverse(item)


class Activities(Sitemap):
    changefreq = "daily"

    def items(self):
        return Activity.objects.public().order_by("pk").only("pk")


class Centers(Sitemap):
    def items(self):
        return Center.objects.open_to_public()

    def location(self, item):
        return reverse("venues:center", args=[item.slug])


class Partners(Sitemap):
    def items(self):
        return Partner.objects.active().order_by("pk").only("pk")

    def location(self, item):
        return reverse("partners:detail", args=[item.pk])


SITEMAPS = {"site": Doors, "activities": Activities, "centers": Centers, "partners": Partners}


@require_safe
@login_not_required
@cache_control(public=True, max_age=3600)
def all_pages(request):
    return sitemap(request, SITEMAPS)


@require_safe
@login_not_required
@cache_control(public=True, max_age=86400)
def robots(request):
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
