"""Which dates the desk wants to see: by when they are, and by what they need."""

from django.contrib.admin import SimpleListFilter
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WhenFilter(SimpleListFilter):
    """What is still to come, unless somebody asks for the past."""

    title = _("when")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [
            ("", _("To come")),
            ("today", _("Today")),
            ("week", _("In the next seven days")),
            ("past", _("Past")),
            ("all", _("All")),
        ]

    def choices(self, changelist):
        for value, title in self.lookup_choices:
            yield {
                "selected": (self.value() or "") == value,
                "query_string": changelist.get_query_string({self.parameter_name: value or None}),
                "display": title,
            }

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "today":
                return queryset.between(today, today)
            case "week":
                return queryset.between(today, today + timezone.timedelta(days=6))
            case "past":
                return queryset.filter(ends_at__lte=timezone.now()).order_by("-starts_at", "-pk")
            case "all":
                return queryset
            case _:
                return queryset.not_over()


class NeedsFilter(SimpleListFilter):
    title = _("needs somebody to look")
    parameter_name = "needs"

    def lookups(self, request, model_admin):
        return [
            ("leader", _("No leader yet")),
            ("waiting", _("People are waiting")),
            ("draw", _("Its draw is not prepared")),
            ("places", _("Places are free")),
            ("called_off", _("Called off")),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "leader":
                return queryset.live().filter(leader=None)
            case "waiting":
                return queryset.live().filter(places_waiting__gt=0)
            case "draw":
                return queryset.live().without_draw()
            case "places":
                return queryset.live().filter(capacity__gt=F("places_taken") + F("places_kept"))
            case "called_off":
                return queryset.exclude(canceled_at=None)
        return queryset
