"""Fixed times in a room, agreed with a partner for a while."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.agreements import Agreement
from partners.models.partners import Partner
from venues.models import Room, Taking


class StandingSlot(models.Model):
    """A fixed time in a room, agreed with a partner for a while. Its rule is like a series'."""

    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        related_name="standing_slots",
        verbose_name=_("agreement"),
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="standing_slots", verbose_name=_("room")
    )
    purpose = models.CharField(_("purpose"), max_length=120)
    first_day = models.DateField(_("First day"))
    last_day = models.DateField(_("last day"))
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("to"))
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("weekdays"))
    every_weeks = models.PositiveSmallIntegerField(_("every so many weeks"), default=1)
    nth_of_month = ArrayField(
        models.SmallIntegerField(),
        verbose_name=_("weeks of the month"),
        default=list,
        blank=True,
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("made by"),
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("standing slot")
        verbose_name_plural = _("standing slots")
        ordering = ["-first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="standing_slot_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
        ]

    def __str__(self):
        return f"{self.room} · {self.purpose}"

    @property
    def partner(self):
        return self.agreement.partner


class SlotDateQuerySet(models.QuerySet):
    def held(self):
        """Dates on which the room is the partner's, and nothing of theirs is planned in it yet."""
        return self.filter(
            taking__isnull=False, taking__released_at=None, released_at=None, used_at=None
        )

    def to_come(self, at=None):
        return self.filter(starts_at__gt=at or timezone.now())

    def of_member(self, user):
        """Dates of partners this user may see from inside."""
        return self.filter(slot__agreement__partner__in=Partner.objects.of_member(user))

    def posted_by(self, user):
        """Dates of partners in whose name this user may answer."""
        return self.filter(slot__agreement__partner__in=Partner.objects.posted_by(user))

    def with_slot(self):
        return self.select_related("slot__agreement__partner", "slot__room__floor__center")


class SlotDate(models.Model):
    """One date of a standing slot: held, kept, used, released, or left out with its reason."""

    slot = models.ForeignKey(
        StandingSlot, on_delete=models.CASCADE, related_name="dates", verbose_name=_("slot")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    taking = models.OneToOneField(
        Taking,
        on_delete=models.PROTECT,
        related_name="slot_date",
        verbose_name=_("taking"),
        null=True,
        editable=False,
    )
    left_out = models.CharField(_("why not held"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    kept_at = models.DateTimeField(_("kept at"), null=True, blank=True)
    used_at = models.DateTimeField(_("used since"), null=True, blank=True)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("released by"),
        null=True,
        blank=True,
    )

    objects = SlotDateQuerySet.as_manager()

    class Meta:
        verbose_name = _("date of a standing slot")
        verbose_name_plural = _("dates of standing slots")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="slot_date_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(taking__isnull=False) | ~Q(left_out=""),
                name="slot_date_is_held_or_says_why_not",
                violation_error_message=_("Please say why."),
            ),
        ]

    def __str__(self):
        return f"{timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def is_held(self):
        """A closure may have taken it, too."""
        is_open = self.taking_id is not None and self.taking.released_at is None
        return is_open and self.released_at is None and self.used_at is None

    @property
    def state(self):
        """In one word of the staff's, for lists."""
        if self.left_out:
            return _("left out")
        if self.used_at:
            return _("used")
        if not self.is_held:
            return _("released")
        return _("kept") if self.kept_at else _("held")
