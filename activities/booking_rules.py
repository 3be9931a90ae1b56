"""What may be decided for a center, and differently for one of its activities."""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class FreedPlace(models.TextChoices):
    GIVEN = "given", _("Given to the next in line")
    OFFERED = "offered", _("Offered to the next in line")


class OverlapRule(models.TextChoices):
    RULE = "rule", _("Not allowed")
    HINT = "hint", _("Allowed, with a hint")


def default_reminder_hours():
    return [24, 2]


class BookingRules(models.Model):
    """The same fields for a center and for an activity.

    An activity begins with the rules of its center and follows them wherever it says the same.
    """

    own_residents_days = models.PositiveSmallIntegerField(
        _("own residents first, days"),
        default=0,
        help_text=_("So many days after opening only residents of the community may book."),
    )
    party_limit = models.PositiveSmallIntegerField(
        _("people in one booking"), default=5, validators=[MinValueValidator(1)]
    )
    has_waitlist = models.BooleanField(_("waitlist"), default=True)
    freed_place = models.CharField(
        _("a freed place is"), max_length=10, choices=FreedPlace, default=FreedPlace.GIVEN
    )
    smaller_may_pass = models.BooleanField(
        _("smaller parties may pass"),
        default=False,
        help_text=_("When too few places are free for the first party that waits."),
    )
    opens_days_before = models.PositiveSmallIntegerField(
        _("opens, days before"),
        null=True,
        blank=True,
        help_text=_("Empty: as soon as it is published."),
    )
    opens_at_time = models.TimeField(_("opens at"), default=time(9))
    closes_minutes_before = models.PositiveIntegerField(
        _("closes, minutes before"), default=0, validators=[MinValueValidator(0)]
    )
    cancel_minutes_before = models.PositiveIntegerField(
        _("free to cancel, minutes before"), default=120
    )
    desk_places = models.PositiveSmallIntegerField(
        _("places kept for the desk"),
        default=0,
        help_text=_("In every session, for people who call or come by."),
    )
    desk_release_hours = models.PositiveSmallIntegerField(_("kept until, hours before"), default=24)
    reminder_hours = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("reminders, hours before"),
        default=default_reminder_hours,
        blank=True,
        size=4,
    )
    offer_minutes = models.PositiveSmallIntegerField(
        _("time to answer an offer, minutes"),
        default=120,
        validators=[MinValueValidator(15)],
        help_text=_("Shorter near the start: never more than half of the time that is left."),
    )
    offer_from = models.TimeField(_("time to answer counts from"), default=time(8))
    offer_to = models.TimeField(_("time to answer counts until"), default=time(21))
    overlaps = models.CharField(
        _("something else at the same time"),
        max_length=10,
        choices=OverlapRule,
        default=OverlapRule.RULE,
    )
    people_per_carer = models.PositiveSmallIntegerField(
        _("people one account may book for"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("In one session or course, all bookings together. Empty: any number."),
    )
    counts_no_shows = models.BooleanField(
        _("not coming is counted"),
        default=True,
        help_text=_("Kindly: see the rules of the center."),
    )
    late_cancel_counts = models.BooleanField(
        _("canceling late is counted like not coming"), default=False
    )
    self_check_in = models.BooleanField(
        _("people may check themselves in"), default=True, help_text=_("By the code at the door.")
    )
    check_in_minutes_before = models.PositiveSmallIntegerField(
        _("checking in begins, minutes before the start"), default=30
    )
    check_in_minutes_after = models.PositiveSmallIntegerField(
        _("checking in ends, minutes after the start"), default=15
    )
    pass_on_minutes = models.PositiveSmallIntegerField(
        _("unused places pass on, minutes after the start"),
        null=True,
        blank=True,
        help_text=_("To whoever waits at the door. Empty: they stay theirs."),
    )
    is_fetched = models.BooleanField(
        _("everybody is fetched"),
        default=False,
        help_text=_("Care of children: who leaves is handed over to somebody on their list."),
    )

    class Meta:
        abstract = True


RULES = tuple(field.name for field in BookingRules._meta.local_fields)
