"""Rooms that a person or a partner books for a purpose of their own."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from bookings.models.bookings import BookingChannel, new_reference
from bookings.models.series import RoomSeries
from partners.models import Partner
from venues.models import Center, Equipment, Room, RoomTerms, Taking


class RoomBookingStatus(models.TextChoices):
    REQUESTED = "requested", _("Waiting for approval")
    CONFIRMED = "confirmed", pgettext_lazy("room booking", "Booked")
    DECLINED = "declined", _("Declined")
    CANCELED = "canceled", _("Canceled")
    LAPSED = "lapsed", _("Lapsed")


ROOM_IS_ASKED_FOR = (RoomBookingStatus.REQUESTED, RoomBookingStatus.CONFIRMED)


class RoomBookingQuerySet(models.QuerySet):
    def alive(self):
        return self.filter(status__in=ROOM_IS_ASKED_FOR)

    def requested(self):
        return self.filter(status=RoomBookingStatus.REQUESTED)

    def confirmed(self):
        return self.filter(status=RoomBookingStatus.CONFIRMED)

    def imported(self):
        return self.filter(channel=BookingChannel.IMPORT)

    def to_come(self, at=None):
        return self.alive().filter(ends_at__gt=at or timezone.now())

    def answering(self, request_key, *, by, room, starts_at):
        """The room booking that the same request has already made, or None."""
        return self.filter(
            request_key=request_key, booked_by=by, room=room, starts_at=starts_at
        ).first()

    def visible_to(self, user):
        """Room bookings of this user, of people in their care, and of partners they act for."""
        mine = Person.objects.in_care_of(user)
        return self.filter(
            Q(booked_by=user, channel=BookingChannel.WEB, partner=None)
            | Q(person__in=mine)
            | Q(partner__in=Partner.objects.of_member(user))
        )

    def changed_by(self, user):
        """Those of them that this user may change: a partner's viewers only look."""
        posted = Partner.objects.posted_by(user)
        return self.visible_to(user).filter(Q(partner=None) | Q(partner__in=posted))

    def managed_by(self, user):
        return self.filter(room__floor__center__in=Center.objects.managed_by(user))

    def with_room(self):
        return self.select_related("room__floor__center", "person", "partner")


class RoomBooking(models.Model):
    """A room taken by a person or a partner for a purpose of their own."""

    reference = models.CharField(
        pgettext_lazy("room booking", "reference"),
        max_length=12,
        unique=True,
        default=new_reference,
        editable=False,
    )
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
        verbose_name=pgettext_lazy("room booking", "booked by"),
    )
    channel = models.CharField(
        _("how"), max_length=10, choices=BookingChannel, default=BookingChannel.WEB
    )
    purpose = models.CharField(_("purpose"), max_length=120)
    headcount = models.PositiveSmallIntegerField(
        pgettext_lazy("how many", "people"), validators=[MinValueValidator(1)]
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    series = models.ForeignKey(
        RoomSeries,
        on_delete=models.PROTECT,
        related_name="dates",
        verbose_name=_("series"),
        null=True,
        blank=True,
    )
    status = models.CharField(
        _("state"), max_length=10, choices=RoomBookingStatus, default=RoomBookingStatus.REQUESTED
    )
    request_key = models.CharField(_("request"), max_length=64)
    created_at = models.DateTimeField(_("booked at"), default=timezone.now)
    terms = models.ForeignKey(
        RoomTerms,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("terms agreed to"),
        null=True,
        blank=True,
    )
    question = models.CharField(
        _("question of the staff"), max_length=200, blank=True, editable=False
    )
    answer = models.CharField(_("answer"), max_length=200, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
        null=True,
        blank=True,
    )
    decision = models.CharField(_("reason"), max_length=200, blank=True)
    canceled_at = models.DateTimeField(_("canceled at"), null=True, blank=True)
    canceled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("canceled by"),
        null=True,
        blank=True,
    )
    checked_in_at = models.DateTimeField(_("came at"), null=True, blank=True)

    objects = RoomBookingQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=~Q(status=RoomBookingStatus.CONFIRMED) | Q(taking__isnull=False),
                name="booked_room_is_taken",
                violation_error_message=_("A booked room must be taken."),
            ),
            models.CheckConstraint(
                condition=~Q(status=RoomBookingStatus.DECLINED) | ~Q(decision=""),
                name="declining_has_a_reason",
                violation_error_message=_("Please say why."),
            ),
            models.UniqueConstraint(
                fields=["booked_by", "request_key", "room", "starts_at"],
                name="request_takes_a_room_once",
            ),
            models.UniqueConstraint(
                fields=["request_key"],
                condition=Q(channel=BookingChannel.IMPORT),
                name="room_booking_is_imported_once",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "starts_at"], name="room_booking_of_person"),
            models.Index(
                fields=["starts_at"],
                name="room_booking_requested",
                condition=Q(status="requested"),
            ),
        ]

    def __str__(self):
        return f"{self.room} · {self.purpose}"

    @property
    def is_alive(self):
        return self.status in ROOM_IS_ASKED_FOR

    @property
    def wish(self):
        """All that somebody decides on who accepts it, in one word."""
        span = f"{self.starts_at.timestamp():.0f}-{self.ends_at.timestamp():.0f}"
        return f"{self.room_id}-{span}-{self.headcount}"

    @property
    def spoken_reference(self):
        return f"{self.reference[:4]} {self.reference[4:]}"


class WantedEquipment(models.Model):
    """What a room booking wants with the room, also while it is a request that holds nothing."""

    booking = models.ForeignKey(
        RoomBooking,
        on_delete=models.CASCADE,
        related_name="wanted_equipment",
        verbose_name=_("room booking"),
    )
    equipment = models.ForeignKey(
        Equipment, on_delete=models.PROTECT, related_name="+", verbose_name=_("equipment")
    )
    number = models.PositiveSmallIntegerField(_("how many"), validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("wanted equipment")
        verbose_name_plural = _("wanted equipment")
        ordering = ["equipment__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "equipment"], name="equipment_is_wanted_once"
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="some_equipment_is_wanted"),
        ]

    def __str__(self):
        return f"{self.equipment} × {self.number}" if self.number > 1 else str(self.equipment)
