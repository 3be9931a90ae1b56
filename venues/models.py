"""Places: centers, their rooms, when they are open, and what takes them."""

from datetime import time, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Coalesce, Extract
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from venues.equipment import Equipment, EquipmentUse  # noqa: F401 Django looks for models here.
from venues.room_rules import RoomRules


class District(models.Model):
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60, unique=True)
    slug = models.SlugField(_("short name"), unique=True)

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ["name"]

    def __str__(self):
        return self.name


class Brand(models.TextChoices):
    VERMILION = "", _("Vermilion")
    INDIGO = "indigo", _("Indigo")
    PINE = "pine", _("Pine green")
    PLUM = "plum", _("Plum")


class HolidayHours(models.TextChoices):
    """What a public holiday means for the hours of a center."""

    USUAL = "usual", _("Open as on other days")
    SUNDAY = "sunday", _("Open as on Sundays")
    SHUT = "shut", _("Not open")


class Weekday(models.IntegerChoices):
    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


def _same(expression):
    """A range of one number: plain integers have no GiST support without an extension."""
    return Func(expression, expression, Value("[]"), function="int8range")


def _clock(opens_at, closes_at):
    """From when to when by the clock, as a range: there is none of times."""
    return Func(Extract(opens_at, "epoch"), Extract(closes_at, "epoch"), function="numrange")


ALL_DAY = (Coalesce("opens_at", Value(time.min)), Coalesce("closes_at", Value(time.max)))


class CenterQuerySet(models.QuerySet):
    def managed_by(self, user):
        if user.is_superuser:
            return self
        mine = StaffMember.objects.active().filter(user=user)
        return self.filter(
            Q(pk__in=mine.values("center")) | Q(district__in=mine.values("district"))
        )

    def open_to_public(self):
        return self.filter(closed_on=None)

    def with_feeds(self):
        """Centers whose dates anybody's calendar may follow."""
        return self.open_to_public().filter(has_feeds=True)


class Center(models.Model):
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="centers", verbose_name=_("district")
    )
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    slug = models.SlugField(_("short name"), unique=True)
    community = models.CharField(
        _("community"),
        max_length=60,
        blank=True,
        help_text=_("Who lives here is an own resident of this center."),
    )
    seal = models.CharField(
        _("seal"), max_length=4, blank=True, help_text=_("Up to four characters.")
    )
    brand = models.CharField(_("color"), max_length=10, choices=Brand, default="", blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    phone = models.CharField(_("phone of the desk"), max_length=30, blank=True)
    intro = models.TextField(_("introduction"), blank=True)
    how_to_come = models.TextField(_("how to come"), blank=True)
    holiday_hours = models.CharField(
        _("on public holidays"),
        max_length=10,
        choices=HolidayHours,
        default=HolidayHours.USUAL,
        help_text=_(
            "A day with other hours of its own goes first. Make-up workdays change nothing."
        ),
    )
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    has_feeds = models.BooleanField(
        _("calendars may follow it"),
        default=True,
        help_text=_("Off: the calendar feeds of the center and of its rooms end."),
    )
    use_target = models.PositiveSmallIntegerField(
        _("how much of the open hours its rooms are to be used, percent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Stands beside the figures in the report on rooms. Empty: no target."),
    )

    box_weekday = models.PositiveSmallIntegerField(
        _("the opinion box is opened on"),
        choices=Weekday,
        default=Weekday.FRIDAY,
    )
    box_time = models.TimeField(_("at what time"), default=time(16))
    answer_days = models.PositiveSmallIntegerField(
        _("letters are answered within so many days"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )

    objects = CenterQuerySet.as_manager()

    class Meta:
        verbose_name = _("center")
        verbose_name_plural = _("centers")
        ordering = ["pk"]

    def __str__(self):
        return self.name


class YearPlan(models.Model):
    """How many sessions a center wants to hold in a year, said beforehand."""

    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="year_plans", verbose_name=_("center")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    sessions = models.PositiveSmallIntegerField(
        _("sessions planned"), validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = _("plan of the year")
        verbose_name_plural = _("plans of the year")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["center", "year"],
                name="year_is_planned_once",
                violation_error_message=_("This year has a plan already."),
            )
        ]

    def __str__(self):
        return f"{self.center} · {self.year}"


class Floor(models.Model):
    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="floors", verbose_name=_("center")
    )
    level = models.SmallIntegerField(_("level"), help_text=_("1 is the ground floor."))
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60, blank=True)
    purpose = models.CharField(_("what it is for"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("floor")
        verbose_name_plural = _("floors")
        ordering = ["level"]
        constraints = [
            models.UniqueConstraint(
                fields=["center", "level"],
                name="floor_is_there_once",
                violation_error_message=_("This center already has a floor of that level."),
            )
        ]

    def __str__(self):
        return self.name or str(_("Floor %(level)s") % {"level": self.level})


class RoomQuerySet(models.QuerySet):
    def active(self):
        return self.filter(retired_on=None)

    def in_use(self, on=None):
        """Rooms that are not retired yet on that day."""
        on = on or timezone.localdate()
        return self.filter(Q(retired_on=None) | Q(retired_on__gt=on))

    def leaves(self):
        """Rooms without parts: the ones that occupancies name."""
        return self.filter(parts=None)

    def managed_by(self, user):
        return self.filter(floor__center__in=Center.objects.managed_by(user))

    def locked(self):
        """These rooms' rows, locked in the one order that everybody uses."""
        return self.order_by("pk").select_for_update(no_key=True, of=("self",))


class Room(RoomRules):
    floor = models.ForeignKey(
        Floor, on_delete=models.PROTECT, related_name="rooms", verbose_name=_("floor")
    )
    whole = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="parts",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        help_text=_("The bigger room this is a part of, for a hall that can be divided."),
    )
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    purpose = models.CharField(_("what it is for"), max_length=120, blank=True)
    icon = models.CharField(_("icon"), max_length=20, blank=True)
    capacity = models.PositiveSmallIntegerField(
        pgettext_lazy("how many", "people"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    equipment = models.CharField(_("equipment"), max_length=200, blank=True)
    way = models.CharField(_("how to find it"), max_length=120, blank=True)
    is_step_free = models.BooleanField(_("step-free"), default=True)
    is_bookable = models.BooleanField(_("may be booked"), default=True)
    opened_on = models.DateField(_("open from"), null=True, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    has_feed = models.BooleanField(
        _("calendars may follow it"), default=True, help_text=_("Off: its calendar feed ends.")
    )

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["floor__level", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(whole=None) | ~Q(whole=F("pk")),
                name="room_is_not_a_part_of_itself",
                violation_error_message=_("A room is not a part of itself."),
            ),
            models.UniqueConstraint(
                fields=["floor", "name"],
                name="room_name_is_clear",
                violation_error_message=_("This floor already has a room of that name."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def center(self):
        return self.floor.center

    def holds(self, people):
        return self.capacity is None or people <= self.capacity

    def with_buffers(self, starts_at, ends_at):
        """From when to when it is taken for that: with the time to get ready and to tidy up."""
        before, after = (
            timedelta(minutes=self.setup_minutes),
            timedelta(minutes=self.cleanup_minutes),
        )
        return starts_at - before, ends_at + after


class CenterRoomRules(RoomRules):
    """How rooms of a center are booked. A room whose own rule is different keeps it."""

    center = models.OneToOneField(
        Center, on_delete=models.CASCADE, related_name="room_rules", verbose_name=_("center")
    )

    class Meta:
        verbose_name = _("rules for booking rooms")
        verbose_name_plural = _("rules for booking rooms")
        ordering = ["center"]

    def __str__(self):
        return str(self.center)


class RoomTerms(models.Model):
    """What whoever books a room agrees to, version by version; the newest counts."""

    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="room_terms", verbose_name=_("center")
    )
    text = models.TextField(_("terms"))
    published_at = models.DateTimeField(_("published at"), default=timezone.now)

    class Meta:
        verbose_name = _("terms of room use")
        verbose_name_plural = _("terms of room use")
        ordering = ["-published_at", "-pk"]
        get_latest_by = "published_at"

    def __str__(self):
        return f"{self.center} {timezone.localdate(self.published_at)}"


class OpeningHours(models.Model):
    """Weekly hours of a center, or of one room where they differ; all year, or in one season.

    In a season only the hours of the season count. `venues.hours` says what holds on which day.
    """

    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="opening_hours", verbose_name=_("center")
    )
    room = models.ForeignKey(
        Room,
        on_delete=models.CASCADE,
        related_name="opening_hours",
        verbose_name=_("room"),
        null=True,
        blank=True,
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens_at = models.TimeField(_("from"))
    closes_at = models.TimeField(_("to"))
    starts_on = models.DateField(_("season from"), null=True, blank=True)
    ends_on = models.DateField(_("season to"), null=True, blank=True)

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="opening_hours_end_after_they_start",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="season_ends_after_it_starts",
                violation_error_message=_("The season must end after it starts."),
            ),
            ExclusionConstraint(
                name="opening_hours_do_not_overlap",
                # Checked at the end, so that hours may change places in one go.
                deferrable=models.Deferrable.DEFERRED,
                expressions=[
                    (_same(F("center")), RangeOperators.OVERLAPS),
                    (_same(Coalesce("room", Value(0))), RangeOperators.OVERLAPS),
                    (_same(F("weekday")), RangeOperators.OVERLAPS),
                    (
                        _same(
                            Case(
                                When(Q(starts_on=None) & Q(ends_on=None), then=Value(0)),
                                default=Value(1),
                            )
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func("starts_on", "ends_on", Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                    (_clock("opens_at", "closes_at"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("These hours overlap with others."),
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"

    @property
    def season(self):
        """(first day, last day), each None where it is open; None for the hours of all year."""
        return (self.starts_on, self.ends_on) if self.starts_on or self.ends_on else None

    def is_in_season(self, day):
        return (not self.starts_on or self.starts_on <= day) and (
            not self.ends_on or day <= self.ends_on
        )

    def overlaps(self, other):
        """Whether both would hold at some moment."""
        here, there = self.season, other.season
        same_week = (self.room_id, self.weekday) == (other.room_id, other.weekday)
        at_a_time = self.opens_at < other.closes_at and other.opens_at < self.closes_at
        if not (same_week and at_a_time and bool(here) == bool(there)):
            return False
        apart = (self.ends_on and other.starts_on and self.ends_on < other.starts_on) or (
            other.ends_on and self.starts_on and other.ends_on < self.starts_on
        )
        return not apart


class OpeningException(models.Model):
    """One day on which a center, or one room, keeps other hours, or none. Without hours: shut."""

    center = models.ForeignKey(
        Center,
        on_delete=models.CASCADE,
        related_name="opening_exceptions",
        verbose_name=_("center"),
    )
    room = models.ForeignKey(
        Room,
        on_delete=models.CASCADE,
        related_name="opening_exceptions",
        verbose_name=_("room"),
        null=True,
        blank=True,
        help_text=_("Empty: the whole center."),
    )
    date = models.DateField(_("date"))
    opens_at = models.TimeField(
        _("from"), null=True, blank=True, help_text=_("Without hours it is not open that day.")
    )
    closes_at = models.TimeField(_("to"), null=True, blank=True)
    reason = models.CharField(
        _("reason"), max_length=120, blank=True, help_text=_("Everybody reads it.")
    )

    class Meta:
        verbose_name = _("day with other hours")
        verbose_name_plural = _("days with other hours")
        ordering = ["date", "opens_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at=None, closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="exception_has_both_hours_or_none",
                violation_error_message=_("Please say from when to when, or leave both empty."),
            ),
            ExclusionConstraint(
                name="exceptions_do_not_overlap",
                expressions=[
                    (_same(F("center")), RangeOperators.OVERLAPS),
                    (_same(Coalesce("room", Value(0))), RangeOperators.OVERLAPS),
                    (Func("date", "date", Value("[]"), function="daterange"), "&&"),
                    (_clock(*ALL_DAY), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("That day has other hours already that overlap."),
            ),
        ]

    def __str__(self):
        if self.is_shut:
            return f"{self.date} {_('Not open')}"
        return f"{self.date} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"

    def clean(self):
        """By the name of a field, so that no range is made of hours that cannot be meant."""
        if bool(self.opens_at) != bool(self.closes_at):
            raise ValidationError(
                {"closes_at": _("Please say from when to when, or leave both empty.")}
            )
        if self.opens_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("The end must be after the start.")})

    @property
    def is_shut(self):
        return self.opens_at is None


class CalendarDayKind(models.TextChoices):
    HOLIDAY = "holiday", _("Holiday")
    MAKEUP_WORKDAY = "makeup_workday", _("Make-up workday")


class CalendarDayQuerySet(models.QuerySet):
    def knows(self, year):
        """Whether the holidays of that year have been published and loaded."""
        return self.filter(date__year=year).exists()

    def kinds_between(self, first, last):
        """{date: kind} of the days that are not like other days."""
        return dict(self.filter(date__range=(first, last)).values_list("date", "kind"))


class CalendarDay(models.Model):
    """A day that is not like other days. A year without any is unknown, not ordinary."""

    date = models.DateField(_("date"), unique=True)
    kind = models.CharField(_("kind"), max_length=15, choices=CalendarDayKind)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("holiday or make-up workday")
        verbose_name_plural = _("holidays and make-up workdays")
        ordering = ["date"]

    def __str__(self):
        return f"{self.date} {self.name}"


class TakingKind(models.TextChoices):
    SESSION = "session", _("Session")
    ROOM_BOOKING = "room_booking", _("Room booking")
    CLOSURE = "closure", _("Closure")
    STANDING_SLOT = "standing_slot", _("Standing slot")


class Taking(models.Model):
    """One use of a room for a stretch of time, set-up and clean-up included.

    `room` None is the whole center. It owns one occupancy for every leaf room.
    """

    center = models.ForeignKey(
        Center, on_delete=models.PROTECT, related_name="takings", verbose_name=_("center")
    )
    room = models.ForeignKey(
        Room,
        on_delete=models.PROTECT,
        related_name="takings",
        verbose_name=_("room"),
        null=True,
        blank=True,
    )
    kind = models.CharField(_("what for"), max_length=15, choices=TakingKind)
    label = models.CharField(_("title"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    class Meta:
        verbose_name = _("taking")
        verbose_name_plural = _("takings")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="taking_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
        ]
        indexes = [models.Index(fields=["center", "starts_at"], name="taking_of_center")]

    def __str__(self):
        return self.label or self.get_kind_display()


class Occupancy(models.Model):
    """One leaf room during one stretch of time."""

    taking = models.ForeignKey(
        Taking, on_delete=models.CASCADE, related_name="occupancies", verbose_name=_("taking")
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="occupancies", verbose_name=_("room")
    )
    during = DateTimeRangeField(_("during"))
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("occupancy")
        verbose_name_plural = _("occupancies")
        constraints = [
            # A range of one room stands for "the same room": plain integers have no GiST
            # support without an extension, ranges do.
            ExclusionConstraint(
                name="room_is_taken_once",
                expressions=[
                    ("during", RangeOperators.OVERLAPS),
                    (
                        Func(F("room"), F("room"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(active=True),
                violation_error_message=_("The room is already taken at that time."),
            ),
        ]

    def __str__(self):
        return f"{self.room} {self.during}"


class Closure(models.Model):
    """A room, or the whole center, that is shut for a while."""

    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="closures", verbose_name=_("center")
    )
    room = models.ForeignKey(
        Room,
        on_delete=models.CASCADE,
        related_name="closures",
        verbose_name=_("room"),
        null=True,
        blank=True,
        help_text=_("Empty: the whole center."),
    )
    taking = models.OneToOneField(
        Taking,
        on_delete=models.PROTECT,
        related_name="closure",
        verbose_name=_("taking"),
        null=True,
        editable=False,
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=120)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="closure_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
        ]

    def __str__(self):
        return self.reason


class StaffRole(models.TextChoices):
    SOCIAL_WORKER = "social_worker", _("Social worker")
    MANAGER = "manager", _("Center manager")
    DISTRICT = "district", _("District office")


class StaffMemberQuerySet(models.QuerySet):
    def active(self, on=None):
        return self.filter(Q(until=None) | Q(until__gte=on or timezone.localdate()))


class StaffMember(models.Model):
    """Somebody who works for one center, or for all centers of a district."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="staff_memberships",
        verbose_name=_("user"),
    )
    center = models.ForeignKey(
        Center,
        on_delete=models.CASCADE,
        related_name="staff",
        verbose_name=_("center"),
        null=True,
        blank=True,
    )
    district = models.ForeignKey(
        District,
        on_delete=models.CASCADE,
        related_name="staff",
        verbose_name=_("district"),
        null=True,
        blank=True,
    )
    role = models.CharField(
        _("role"), max_length=15, choices=StaffRole, default=StaffRole.SOCIAL_WORKER
    )
    until = models.DateField(_("until"), null=True, blank=True)

    objects = StaffMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff members")
        constraints = [
            models.CheckConstraint(
                condition=Q(center=None, district__isnull=False)
                | Q(center__isnull=False, district=None),
                name="staff_member_has_one_workplace",
                violation_error_message=_("Choose a center or a district, not both."),
            ),
            models.UniqueConstraint(
                fields=["user", "center", "district"],
                nulls_distinct=False,
                name="staff_member_is_listed_once",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.center or self.district}"
