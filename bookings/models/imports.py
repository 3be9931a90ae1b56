"""Files with room bookings that were kept elsewhere before."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Partner
from venues.models import Center, Room
from venues.staffing import workplaces


class RoomImportQuerySet(models.QuerySet):
    def managed_by(self, user):
        """Of centers where this user works: a file may name people."""
        return self.filter(center__in=workplaces(user))


class RoomImport(models.Model):
    """A file as it came, and what is to be taken where a row does not say it.

    What would become of it is worked out anew whenever somebody looks: the house has changed.
    """

    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="room_imports", verbose_name=_("center")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    name = models.CharField(_("file"), max_length=120)
    content = models.BinaryField(_("content"))
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("partner"),
        null=True,
        blank=True,
    )
    room = models.ForeignKey(
        Room,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("room"),
        null=True,
        blank=True,
    )
    headcount = models.PositiveSmallIntegerField(
        _("how many people"), default=1, validators=[MinValueValidator(1)]
    )
    on_holidays = models.BooleanField(_("also on public holidays"), default=False)
    created_at = models.DateTimeField(_("sent at"), default=timezone.now)
    booked_at = models.DateTimeField(_("booked at"), null=True, blank=True)

    objects = RoomImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("file with room bookings")
        verbose_name_plural = _("files with room bookings")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.name
