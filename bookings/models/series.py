"""Rooms that somebody books again and again: one series is one thing with many dates."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from bookings.models.bookings import BookingChannel, new_reference
from partners.models import Partner
from venues.models import Center, Room, RoomTerms


class RoomSeriesQuerySet(models.QuerySet):
    def answering(self, request_key, *, by):
        """The series that the same request has already made, or None."""
        return self.filter(request_key=request_key, booked_by=by).first()

    def visible_to(self, user):
        """Series of this user, of people in their care, and of partners they act for."""
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
        return self.select_related("room__floor__center", "person", "partner", "booked_by")


class RoomSeries(models.Model):
    """What was agreed for all its dates; each date is a room booking of its own.

    Either `weekdays` say when, every so many weeks or in certain weeks of the month, or the
    dates were picked one by one. After a change, time and room are those of what is to come.
    """

    reference = models.CharField(
        _("reference"), max_length=12, unique=True, default=new_reference, editable=False
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="room_series", verbose_name=_("room")
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="room_series",
        verbose_name=_("person"),
        null=True,
        blank=True,
    )
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        related_name="room_series",
        verbose_name=_("partner"),
        null=True,
        blank=True,
    )
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="room_series",
        verbose_name=_("booked by"),
    )
    channel = models.CharField(
        _("how"), max_length=10, choices=BookingChannel, default=BookingChannel.WEB
    )
    purpose = models.CharField(_("purpose"), max_length=120)
    headcount = models.PositiveSmallIntegerField(
        pgettext_lazy("how many", "people"), validators=[MinValueValidator(1)]
    )
    first_day = models.DateField(_("First day"))
    last_day = models.DateField(_("last day"))
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("to"))
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("weekdays"), default=list, blank=True
    )
    every_weeks = models.PositiveSmallIntegerField(_("every so many weeks"), default=1)
    nth_of_month = ArrayField(
        models.SmallIntegerField(),
        verbose_name=_("weeks of the month"),
        default=list,
        blank=True,
    )
    picked = ArrayField(
        models.DateField(), verbose_name=_("picked dates"), default=list, blank=True
    )
    skip_holidays = models.BooleanField(_("not on public holidays"), default=False)
    all_or_none = models.BooleanField(_("only if all dates can be had"), default=False)
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

    objects = RoomSeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series of room bookings")
        verbose_name_plural = _("series of room bookings")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="series_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(partner__isnull=False),
                name="series_is_for_somebody",
                violation_error_message=_("Say which person or partner it is for."),
            ),
            models.CheckConstraint(
                condition=~Q(weekdays=[]) | ~Q(picked=[]),
                name="series_has_a_rule",
                violation_error_message=_("Please choose at least one weekday."),
            ),
            models.UniqueConstraint(
                fields=["booked_by", "request_key"], name="request_makes_one_series"
            ),
        ]

    def __str__(self):
        return f"{self.room} · {self.purpose}"

    @property
    def spoken_reference(self):
        return f"{self.reference[:4]} {self.reference[4:]}"


class MissedDate(models.Model):
    """A date of a series that could not be had as it was wanted, and why.

    `kept` is the date that stays as it was, where it could not be changed.
    """

    series = models.ForeignKey(
        RoomSeries, on_delete=models.CASCADE, related_name="missed", verbose_name=_("series")
    )
    kept = models.ForeignKey(
        "bookings.RoomBooking",
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("kept as it was"),
        null=True,
        blank=True,
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    code = models.CharField(_("kind of reason"), max_length=30)
    reason = models.CharField(_("reason"), max_length=300)
    noted_at = models.DateTimeField(_("noted at"), default=timezone.now)

    class Meta:
        verbose_name = _("date that could not be had")
        verbose_name_plural = _("dates that could not be had")
        ordering = ["starts_at", "pk"]

    def __str__(self):
        return f"{timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"
