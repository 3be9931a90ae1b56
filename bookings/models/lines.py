"""What happened to a booking while it stood in line, and why."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookings.models.bookings import Booking


class LineFact(models.TextChoices):
    SKIPPED = "skipped", _("Somebody behind was served first")
    OFFERED = "offered", _("A place was offered")
    LAPSED = "lapsed", _("The offer was not answered in time")
    SERVED = "served", _("Moved up")
    MOVED = "moved", _("Moved in line by staff")


class LineNote(models.Model):
    """One fact about a booking in line. `facts` says why, in plain JSON."""

    booking = models.ForeignKey(
        Booking, on_delete=models.CASCADE, related_name="line_notes", verbose_name=_("booking")
    )
    fact = models.CharField(_("what"), max_length=10, choices=LineFact)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
        null=True,
        blank=True,
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)

    class Meta:
        verbose_name = _("note on the line")
        verbose_name_plural = _("notes on the line")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(fact="moved") | ~models.Q(reason=""),
                name="moving_in_line_has_a_reason",
                violation_error_message=_("Please say why."),
            ),
        ]

    def __str__(self):
        return f"{self.booking} · {self.get_fact_display()}"
