"""Rooms that a person or a partner books for a purpose of their own."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from partners.models import Partner
from venues.models import Room, Taking


class RoomBookingStatus(models.TextChoices):
    REQUESTED = "requested", _("Waiting for approval")
    CONFIRMED = "confirmed", _("Booked")
    DECLINED = "declined", _("Declined")
    CANCELED = "canceled", _("Canceled")


class RoomBooking(models.Model):
    """A room taken by a person or a partner for a purpose of their own."""

    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="room_bookings", verbose_name=_("room")
    )
    taking = models.OneToOneField(
        Taking,
        on_delete=models.PROTECT,
        related_name="room_booking",
        verbose_name=_("taking"),
        null=True,
        editable=False,
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="room_bookings",
        verbose_name=_("person"),
        null=True,
        blank=True,
    )
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        related_name="room_bookings",
        verbose_name=_("partner"),
        null=True,
        blank=True,
    )
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="room_bookings",
        verbose_name=_("booked by"),
    )
    purpose = models.CharField(_("purpose"), max_length=120)
    headcount = models.PositiveSmallIntegerField(
        pgettext_lazy("how many", "people"), validators=[MinValueValidator(1)]
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    series = models.UUIDField(_("series"), null=True, blank=True, db_index=True)
    status = models.CharField(
        _("state"), max_length=10, choices=RoomBookingStatus, default=RoomBookingStatus.REQUESTED
    )
    request_key = models.CharField(_("request"), max_length=64)
    created_at = models.DateTimeField(_("booked at"), default=timezone.now)

    class Meta:
        verbose_name = _("room booking")
        verbose_name_plural = _("room bookings")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="room_booking_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(partner__isnull=False),
                name="room_booking_is_for_somebody",
                violation_error_message=_("Say which person or partner it is for."),
            ),
            models.UniqueConstraint(
                fields=["booked_by", "request_key", "room", "starts_at"],
                name="request_takes_a_room_once",
            ),
        ]

    def __str__(self):
        return f"{self.room} · {self.purpose}"
