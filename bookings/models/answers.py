"""Answers that nobody reads without need, and who has read them."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from activities.models import Question
from bookings.models.bookings import Booking


class SensitiveAnswer(models.Model):
    """An answer on health and the like, sealed; forgotten a week after the last date."""

    booking = models.ForeignKey(
        Booking,
        on_delete=models.CASCADE,
        related_name="sensitive_answers",
        verbose_name=_("booking"),
    )
    question = models.ForeignKey(
        Question,
        on_delete=models.CASCADE,
        related_name="sensitive_answers",
        verbose_name=_("question"),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        related_name="sensitive_answers",
        verbose_name=_("person"),
        null=True,
        blank=True,
        help_text=_("Empty: the whole party."),
    )
    sealed = models.TextField(_("sealed answer"), editable=False)
    created_at = models.DateTimeField(_("given at"), default=timezone.now)

    class Meta:
        verbose_name = _("sensitive answer")
        verbose_name_plural = _("sensitive answers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "question", "person"],
                nulls_distinct=False,
                name="question_is_answered_once",
            ),
        ]

    def __str__(self):
        return f"{self.booking.reference} · {self.question}"


class Reading(models.Model):
    """Somebody has read the sensitive answers of a booking."""

    booking = models.ForeignKey(
        Booking, on_delete=models.CASCADE, related_name="readings", verbose_name=_("booking")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("read by"),
    )
    at = models.DateTimeField(_("read at"), default=timezone.now)
    where = models.CharField(_("where"), max_length=40, help_text=_("The page or the file."))

    class Meta:
        verbose_name = _("reading of a sensitive answer")
        verbose_name_plural = _("readings of sensitive answers")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.by} · {self.booking.reference}"
