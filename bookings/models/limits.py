"""How much one person may book."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.models import Activity, Category
from venues.models import Center


class Period(models.TextChoices):
    DAY = "day", _("a day")
    WEEK = "week", _("a week")
    MONTH = "month", _("a month")
    YEAR = "year", _("a year")


class Limit(models.Model):
    """At most so many dates for one person in a period, judged by when the dates are.

    Of a whole center, of one of its categories, or of one activity (a series).
    """

    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="limits", verbose_name=_("center")
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.CASCADE,
        related_name="limits",
        verbose_name=_("category"),
        null=True,
        blank=True,
    )
    activity = models.ForeignKey(
        Activity,
        on_delete=models.CASCADE,
        related_name="limits",
        verbose_name=_("activity"),
        null=True,
        blank=True,
    )
    period = models.CharField(_("in"), max_length=10, choices=Period)
    most = models.PositiveSmallIntegerField(
        pgettext_lazy("how many", "dates at most"), validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        ordering = ["center", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(category=None) | Q(activity=None),
                name="limit_is_of_one_thing",
                violation_error_message=_("Choose a category or an activity, not both."),
            ),
            models.CheckConstraint(
                condition=Q(most__gte=1),
                name="limit_lets_somebody_in",
                violation_error_message=_("At least one date must be left."),
            ),
            models.UniqueConstraint(
                fields=["center", "category", "activity", "period"],
                nulls_distinct=False,
                name="limit_is_said_once",
                violation_error_message=_("There is a limit for this period already."),
            ),
        ]

    def __str__(self):
        what = self.activity or self.category or self.center
        return f"{what}: {self.most} / {self.get_period_display()}"
