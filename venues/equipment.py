"""Things that are lent along with a room, so many of each: a projector, a piano, folding tables."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EquipmentQuerySet(models.QuerySet):
    def to_lend(self):
        return self.filter(is_lent=True, stock__gt=0)

    def for_room(self, room):
        """What somebody in this room can have: what moves about, and what stays there."""
        return self.filter(Q(room=None) | Q(room=room), center=room.floor.center_id)

    def locked(self):
        """These rows, locked in the one order that everybody uses."""
        return self.order_by("pk").select_for_update(no_key=True, of=("self",))


class Equipment(models.Model):
    center = models.ForeignKey(
        "venues.Center",
        on_delete=models.CASCADE,
        related_name="equipment",
        verbose_name=_("center"),
    )
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    stock = models.PositiveSmallIntegerField(_("how many there are"), default=1)
    room = models.ForeignKey(
        "venues.Room",
        on_delete=models.PROTECT,
        related_name="own_equipment",
        verbose_name=_("stays in"),
        null=True,
        blank=True,
        help_text=_("Then it is lent with this room only. Empty: it goes to any room."),
    )
    is_lent = models.BooleanField(
        _("may be chosen online"),
        default=True,
        help_text=_("Otherwise only staff give it out."),
    )

    objects = EquipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["center", "name"],
                name="equipment_name_is_clear",
                violation_error_message=_("This center already has equipment of that name."),
            )
        ]

    def __str__(self):
        return self.name


class EquipmentUse(models.Model):
    """One piece, by its number, during one stretch of time, under a taking.

    The numbers go from 1 to the stock; only `venues.stock` gives them out, under the lock of the
    equipment. That one piece is used once at a time is for the database to see to.
    """

    taking = models.ForeignKey(
        "venues.Taking",
        on_delete=models.CASCADE,
        related_name="equipment_uses",
        verbose_name=_("taking"),
    )
    equipment = models.ForeignKey(
        Equipment, on_delete=models.PROTECT, related_name="uses", verbose_name=_("equipment")
    )
    unit = models.PositiveSmallIntegerField(_("which piece"), validators=[MinValueValidator(1)])
    during = DateTimeRangeField(_("during"))
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("use of equipment")
        verbose_name_plural = _("uses of equipment")
        constraints = [
            models.CheckConstraint(condition=Q(unit__gt=0), name="equipment_is_counted_from_one"),
            ExclusionConstraint(
                name="piece_is_used_once",
                expressions=[
                    ("during", RangeOperators.OVERLAPS),
                    (
                        Func(F("equipment"), F("equipment"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("unit"), F("unit"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(active=True),
            ),
        ]

    def __str__(self):
        return f"{self.equipment} {self.unit}"
