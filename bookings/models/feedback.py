"""How it was, said afterwards by those who came."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from activities.models import Session


class Feedback(models.Model):
    """Read as averages, and the lines without names: it is about the session, not the person."""

    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="feedback", verbose_name=_("session")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="feedback", verbose_name=_("person")
    )
    marks = models.PositiveSmallIntegerField(
        _("how it was, 1 to 5"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    line = models.CharField(_("a line about it"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("given at"), default=timezone.now)

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(marks__gte=1, marks__lte=5),
                name="feedback_is_from_1_to_5",
                violation_error_message=_("Please choose one of the five."),
            ),
            models.UniqueConstraint(
                fields=["session", "person"], name="feedback_is_given_once_for_a_session"
            ),
        ]

    def __str__(self):
        return f"{self.session} · {self.marks}"
