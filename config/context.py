"""What the frame of every page knows: whose house it is, who is in it, where one is."""

from dataclasses import dataclass
from functools import cache, cached_property

from django.conf import settings
from django.core.cache import caches
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import looks
from accounts.models import User
from config import elder
from notices.models import Notice
from partners.models import Partner
from prepared import prepared
from venues import opening
from venues.models import Center

REMEMBERED_FOR = 60  # seconds
# Under which name the center of the site is remembered.
SITE_CENTER = "site-center"
# Names of pages that are about an activity, whoever reads them.
OF_ACTIVITIES = ("activities:list", "activities:detail", "draws:")


def site(request):
    return {"site": Site(request)}


@dataclass(frozen=True)
class Door:
    """One of the five words of the navigation."""

    label: str
    address: str
    is_current: bool


class Site:
    """Everything is looked up when a template asks for it, so that other pages cost nothing."""

    def __init__(self, request):
        self.request = request

    @cached_property
    def center(self):
        """The center whose name, seal and phone stand on the page; None in an empty house."""
        return caches["here"].get_or_set(
            SITE_CENTER, lambda: Center.objects.open_to_public().first(), REMEMBERED_FOR
        )

    @property
    def name(self):
        return self.center.name if self.center else _("Community service center")

    @property
    def first_line(self):
        """The community in large letters, what it is in small ones."""
        community = self.center.community if self.center else ""
        return community if community and str(self.name).startswith(community) else self.name

    @property
    def second_line(self):
        return str(self.name).removeprefix(str(self.first_line)).strip()

    @cached_property
    def opening(self):
        """Today's hours of the center: an OpenDay, or None in an empty house."""
        today = timezone.localdate()
        return self.center and caches["here"].get_or_set(
            f"site-opening-{today}",
            lambda: opening.of_center(self.center, today).day(today),
            REMEMBERED_FOR,
        )

    @property
    def open_hours(self):
        return self.opening and self.opening.hours_at(timezone.now())

    @property
    def closure(self):
        return self.opening and self.opening.closure_at(timezone.now())

    @property
    def opens_next(self):
        return self.opening and self.opening.opens_next(timezone.now())

    @property
    def html_language(self):
        return "zh-CN" if get_language() == "zh-hans" else get_language()

    @property
    def record_numbers(self):
        """Under which numbers the site is registered with the authorities."""
        return settings.RECORD_NUMBERS

    @cached_property
    def look(self):
        return looks.of(self.request)

    @property
    def is_elder(self):
        return self.look.elder_view

    @property
    def asks_for_elder_view(self):
        return elder.is_looked_for(self.request.GET.get("q", ""))

    @property
    def knows_the_way(self):
        """Whether the three steps of a newcomer have been read on this device."""
        return settings.NEWCOMER_COOKIE_NAME in self.request.COOKIES

    @property
    def elder_address(self):
        """The address, in the elder view, whose footer comes back to it in another language."""
        return self.is_elder and self.request.get_full_path()

    @property
    def here(self):
        """By which of the doors one came in."""
        match = self.request.resolver_match
        name = match.view_name if match else ""
        return [
            self.request.path == address or name.startswith(behind)
            for _label, address, behind in _doors(bool(self.center))
        ]

    @property
    def doors(self):
        doors = _doors(bool(self.center))
        return [
            Door(label, address, is_here)
            for (label, address, _behind), is_here in zip(doors, self.here, strict=True)
        ]

    @cached_property
    def _visitor(self):
        """What the header says about a signed-in user: (has unread messages, is a partner)."""
        return _visitor.first(self.request.user.pk)

    @property
    def has_unread(self):
        return self.request.user.is_authenticated and self._visitor[0]

    @property
    def is_partner(self):
        return self.request.user.is_authenticated and self._visitor[1]


@cache
def _doors(has_center):
    """[(label, address, how the names of the pages behind it begin)]"""
    doors = [
        (_("Home"), reverse("home"), ()),
        (_("Activities"), reverse("activities:list"), OF_ACTIVITIES),
        (_("Calendar"), reverse("activities:calendar"), ("activities:calendar",)),
        (_("Rooms"), reverse("rooms:all"), ("rooms:", "venues:")),
        (_("Mine"), reverse("bookings:list"), ("bookings:", "accounts:", "notices:")),
    ]
    return [door for door in doors if has_center or door[1] != reverse("rooms:all")]


@prepared
def _visitor(user):
    unread = Notice.objects.unread().filter(recipient=OuterRef("pk"))
    partners = Partner.objects.of_member(OuterRef("pk"))
    return User.objects.filter(pk=user).values_list(Exists(unread), Exists(partners))
