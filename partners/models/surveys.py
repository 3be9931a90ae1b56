"""Questions to residents, answered online or written down at the door."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from venues.models import Center


class SurveyQuerySet(models.QuerySet):
    def open(self, at=None):
        at = at or timezone.now()
        return self.filter(opens_at__lte=at, closes_at__gt=at, published_at__lte=at)

    def public(self, at=None):
        """What has an address, before it begins and after its end, too."""
        return self.filter(published_at__lte=at or timezone.now(), center__closed_on=None)

    def shown(self, at=None):
        """What residents find: open ones, and closed ones with public results."""
        at = at or timezone.now()
        begun = self.public(at).filter(opens_at__lte=at)
        return begun.filter(Q(closes_at__gt=at) | Q(shows_results=True))

    def managed_by(self, user):
        return self.filter(center__in=Center.objects.managed_by(user))


class Survey(models.Model):
    center = models.ForeignKey(
        Center, on_delete=models.PROTECT, related_name="surveys", verbose_name=_("center")
    )
    title = models.CharField(_("title"), max_length=80)
    intro = models.TextField(_("introduction"), blank=True)
    opens_at = models.DateTimeField(_("from"), default=timezone.now)
    closes_at = models.DateTimeField(_("to"))
    shows_results = models.BooleanField(
        _("results are public"), default=True, help_text=_("Sums only, after it has closed.")
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("made by"),
        null=True,
        editable=False,
    )

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="survey_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
        ]

    def __str__(self):
        return self.title

    def is_open(self, at=None):
        at = at or timezone.now()
        return bool(self.published_at) and self.opens_at <= at < self.closes_at

    def is_over(self, at=None):
        return bool(self.published_at) and self.closes_at <= (at or timezone.now())


class SurveyQuestionKind(models.TextChoices):
    ONE = "one", _("one of several")
    SEVERAL = "several", _("several of them")
    SCALE = "scale", _("from 1 to 5")
    NUMBER = "number", _("a number")
    TEXT = "text", _("in words")


class SurveyQuestion(models.Model):
    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="questions", verbose_name=_("survey")
    )
    text = models.CharField(_("question"), max_length=200)
    kind = models.CharField(
        _("kind"), max_length=10, choices=SurveyQuestionKind, default=SurveyQuestionKind.ONE
    )
    choices = ArrayField(
        models.CharField(max_length=60), verbose_name=_("choices"), default=list, blank=True
    )
    is_required = models.BooleanField(_("must be answered"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("question of a survey")
        verbose_name_plural = _("questions of a survey")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text


class ResponseChannel(models.TextChoices):
    WEB = "web", _("Online")
    DOOR = "door", _("At the door")
    PAPER = "paper", _("On paper")


class SurveyResponse(models.Model):
    """One sheet of answers. At the door nobody's name is asked."""

    survey = models.ForeignKey(
        Survey, on_delete=models.PROTECT, related_name="responses", verbose_name=_("survey")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="survey_responses",
        verbose_name=_("user"),
        null=True,
        blank=True,
    )
    channel = models.CharField(
        _("how it came"), max_length=10, choices=ResponseChannel, default=ResponseChannel.WEB
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("entered by"),
        null=True,
        blank=True,
    )
    request_key = models.CharField(max_length=64, editable=False)
    submitted_at = models.DateTimeField(_("submitted at"), default=timezone.now)

    class Meta:
        verbose_name = _("response to a survey")
        verbose_name_plural = _("responses to a survey")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "user"],
                condition=Q(user__isnull=False),
                name="survey_is_answered_once",
                violation_error_message=_("You have answered already."),
            ),
            models.UniqueConstraint(
                fields=["survey", "request_key"], name="request_makes_one_response"
            ),
        ]

    def __str__(self):
        return f"{self.survey} · {self.submitted_at:%Y-%m-%d}"


class SurveyAnswer(models.Model):
    response = models.ForeignKey(
        SurveyResponse, on_delete=models.CASCADE, related_name="answers", verbose_name=_("response")
    )
    question = models.ForeignKey(
        SurveyQuestion, on_delete=models.PROTECT, related_name="answers", verbose_name=_("question")
    )
    picked = ArrayField(
        models.CharField(max_length=60), verbose_name=_("choices"), default=list, blank=True
    )
    number = models.IntegerField(_("number"), null=True, blank=True)
    text = models.TextField(_("in words"), blank=True)

    class Meta:
        verbose_name = _("answer to a survey")
        verbose_name_plural = _("answers to a survey")
        constraints = [
            models.UniqueConstraint(
                fields=["response", "question"], name="survey_question_is_answered_once"
            ),
        ]

    def __str__(self):
        return self.text or ", ".join(self.picked) or str(self.number)
