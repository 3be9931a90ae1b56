"""What may be decided about booking a room."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

AT_LEAST_ONE = [MinValueValidator(1)]


class RoomRules(models.Model):
    for_residents = models.BooleanField(_("residents may book it"), default=True)
    for_partners = models.BooleanField(_("partners may book it"), default=True)
    youngest = models.PositiveSmallIntegerField(
        _("for people from age"),
        null=True,
        blank=True,
        validators=AT_LEAST_ONE,
        help_text=_("Whose age is not known is asked at the door. Empty: any age."),
    )
    by_approval = models.BooleanField(
        _("staff look at every request"),
        default=False,
        help_text=_("Otherwise it is booked at once."),
    )
    fewest_people = models.PositiveSmallIntegerField(
        _("for at least so many people"),
        null=True,
        blank=True,
        validators=AT_LEAST_ONE,
        help_text=_("So that a hall is not taken by two. Empty: any number."),
    )
    group_from = models.PositiveSmallIntegerField(
        _("a group is from so many people"),
        default=8,
        null=True,
        blank=True,
        validators=AT_LEAST_ONE,
        help_text=_("Groups are looked at by staff. Empty: no group is too large to book at once."),
    )
    group_days = models.PositiveSmallIntegerField(_("a group asks ahead, days"), default=3)
    requests_block = models.BooleanField(
        _("a request holds the room"),
        default=True,
        help_text=_("Nobody else gets the time while staff look at a request."),
    )
    step_minutes = models.PositiveSmallIntegerField(
        _("starts every so many minutes"), default=30, validators=AT_LEAST_ONE
    )
    shortest_minutes = models.PositiveSmallIntegerField(
        _("for at least, minutes"), default=30, validators=AT_LEAST_ONE
    )
    longest_minutes = models.PositiveSmallIntegerField(
        _("for at most, minutes"), default=240, validators=AT_LEAST_ONE
    )
    days_ahead = models.PositiveSmallIntegerField(
        _("booked at most so many days ahead"), default=30, validators=AT_LEAST_ONE
    )
    per_month = models.PositiveSmallIntegerField(
        pgettext_lazy("room bookings", "for one person, times a month"),
        default=4,
        null=True,
        blank=True,
        validators=AT_LEAST_ONE,
        help_text=_("Of all rooms of the center together. Empty: any number."),
    )
    setup_minutes = models.PositiveSmallIntegerField(_("to get ready, minutes before"), default=0)
    cleanup_minutes = models.PositiveSmallIntegerField(_("to tidy up, minutes after"), default=0)
    frees_after_minutes = models.PositiveSmallIntegerField(
        _("free again when nobody came, minutes after the start"),
        null=True,
        blank=True,
        help_text=_("Empty: it stays theirs."),
    )

    class Meta:
        abstract = True


RULES = tuple(field.name for field in RoomRules._meta.local_fields)
