"""Somebody who would like a room at a time when it is taken."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from venues.models import Center, Room


class RoomWaitQuerySet(models.QuerySet):
    def open(self, at=None):
        """Those who still wait: they end by themselves when their time has come."""
        return self.filter(ended_at=None, starts_at__gt=at or timezone.now())

    def in_order(self):
        return self.order_by("created_at", "pk")

    def met_by(self, booking):
        """Waits of whoever has just got a room for the same time."""
        return self.filter(
            ended_at=None,
            user=booking.booked_by_id,
            center=booking.room.floor.center_id,
            starts_at__lt=booking.ends_at,
            ends_at__gt=booking.starts_at,
        )

    def managed_by(self, user):
        return self.filter(center__in=Center.objects.managed_by(user))


class RoomWait(models.Model):
    """Nothing is held for whoever waits: all who wait for it are told when it comes free."""

    center = models.ForeignKey(
        Center, on_delete=models.PROTECT, related_name="room_waits", verbose_name=_("center")
    )
    room = models.ForeignKey(
        Room,
        on_delete=models.PROTECT,
        related_name="waits",
        verbose_name=_("room"),
        null=True,
        blank=True,
        help_text=_("Empty: any room that fits."),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="room_waits",
        verbose_name=_("who waits"),
    )
    headcount = models.PositiveSmallIntegerField(
        pgettext_lazy("how many", "people"), validators=[MinValueValidator(1)]
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    free_since = models.DateTimeField(_("told that it is free"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = RoomWaitQuerySet.as_manager()

    class Meta:
        verbose_name = _("wait for a room")
        verbose_name_plural = _("waits for rooms")
        ordering = ["starts_at", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="room_wait_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
            models.UniqueConstraint(
                fields=["user", "center", "room", "starts_at", "ends_at"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="nobody_waits_twice_for_a_room",
            ),
        ]
        indexes = [
            models.Index(
                fields=["starts_at"], name="room_wait_open", condition=Q(ended_at__isnull=True)
            )
        ]

    def __str__(self):
        return str(self.room or _("Any room that fits"))
