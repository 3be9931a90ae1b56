"""What somebody wants to hear of before they book it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Category
from notices.models import Preference
from partners.models import Partner
from venues.models import Center


class FollowQuerySet(models.QuerySet):
    def heard(self):
        """Of people who have not asked to be left alone since."""
        deaf = Preference.objects.filter(news=False).values("user")
        return self.filter(user__is_active=True).exclude(user__in=deaf).select_related("user")

    def of_kin(self, activity):
        """What makes somebody hear of this activity before they know it."""
        return self.filter(
            Q(partner=activity.partner_id, partner__isnull=False)
            | Q(category=activity.category_id, center=activity.center_id)
        ).with_names()

    def with_names(self):
        return self.select_related("activity", "partner", "category", "center")


class Follow(models.Model):
    """Of an activity: when booking opens. Of a partner, or of a category at a center: what is new."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="follows",
        verbose_name=_("user"),
    )
    activity = models.ForeignKey(
        Activity,
        on_delete=models.CASCADE,
        related_name="follows",
        verbose_name=_("activity"),
        null=True,
        blank=True,
    )
    partner = models.ForeignKey(
        Partner,
        on_delete=models.CASCADE,
        related_name="follows",
        verbose_name=_("partner"),
        null=True,
        blank=True,
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.CASCADE,
        related_name="follows",
        verbose_name=_("category"),
        null=True,
        blank=True,
    )
    center = models.ForeignKey(
        Center,
        on_delete=models.CASCADE,
        related_name="follows",
        verbose_name=_("center"),
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(activity__isnull=False, partner=None, category=None, center=None)
                | Q(activity=None, partner__isnull=False, category=None, center=None)
                | Q(activity=None, partner=None, category__isnull=False, center__isnull=False),
                name="follow_is_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["user", "activity", "partner", "category", "center"],
                nulls_distinct=False,
                name="one_follows_once",
            ),
        ]

    def __str__(self):
        return str(self.activity or self.partner or f"{self.category} · {self.center}")
