"""What residents ask for: the needs, their way, who would come, which partner is asked."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners.models.agreements import DayPart, Resource
from partners.models.partners import Partner
from venues.models import Center

MOST_COMING = 9


class NeedStatus(models.TextChoices):
    NEW = "new", _("New")
    ANSWERED = "answered", _("Answered")
    GATHERED = "gathered", _("Gathering who would come")
    MATCHED = "matched", _("Taken on")
    DONE = "done", _("Done")
    CLOSED = "closed", _("Closed")


# A partner may still take them on.
OPEN_TO_PARTNERS = (NeedStatus.NEW, NeedStatus.ANSWERED, NeedStatus.GATHERED)


class NeedSource(models.TextChoices):
    LETTER = "letter", _("Letter in the box")
    SURVEY = "survey", _("Survey")
    MEETING = "meeting", _("Meeting")
    DESK = "desk", _("Told at the desk")


class NeedQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(status__in=[NeedStatus.DONE, NeedStatus.CLOSED])

    def open_to_partners(self):
        return self.filter(status__in=OPEN_TO_PARTNERS, is_public=True)

    def overdue(self, at=None):
        """Nobody has been answered, and the time for it is over."""
        return self.filter(answered_at=None, answer_by__lt=at or timezone.now()).open()

    def shown(self):
        return self.filter(is_public=True)

    def managed_by(self, user):
        return self.filter(center__in=Center.objects.managed_by(user))

    def with_votes(self):
        """`voters` and `coming`: how many said that they would come, and with how many people."""
        votes = Vote.objects.filter(need=OuterRef("pk")).order_by().values("need")
        return self.annotate(
            voters=Coalesce(Subquery(votes.values(n=Count("pk"))), 0),
            coming=Coalesce(Subquery(votes.values(n=Sum("people"))), 0),
        )


class Need(models.Model):
    """What residents ask for. Its title and description are read by staff before they are public."""

    center = models.ForeignKey(
        Center, on_delete=models.PROTECT, related_name="needs", verbose_name=_("center")
    )
    title = models.CharField(_("title"), max_length=80)
    description = models.TextField(_("description"), blank=True)
    category = models.ForeignKey(
        "activities.Category",
        on_delete=models.PROTECT,
        related_name="needs",
        verbose_name=_("category"),
        null=True,
        blank=True,
    )
    min_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    how_many = models.PositiveSmallIntegerField(_("for how many people"), null=True, blank=True)
    day_parts = ArrayField(
        models.CharField(max_length=10, choices=DayPart),
        verbose_name=_("when"),
        default=list,
        blank=True,
        help_text=_("None chosen: at any time."),
    )
    source = models.CharField(
        _("where it comes from"), max_length=10, choices=NeedSource, default=NeedSource.DESK
    )
    asked_by = models.CharField(pgettext_lazy("of a need", "asked by"), max_length=80, blank=True)
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        related_name="needs",
        verbose_name=_("taken on by"),
        null=True,
        blank=True,
    )
    status = models.CharField(
        _("state"), max_length=10, choices=NeedStatus, default=NeedStatus.NEW, editable=False
    )
    is_public = models.BooleanField(
        _("public"),
        default=False,
        help_text=_("Residents and partners see it, without any name."),
    )
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    answer = models.TextField(
        _("answer"), blank=True, help_text=_("Public where the need is public. No names.")
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("made by"),
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(min_age=None) | Q(max_age=None) | Q(max_age__gte=F("min_age")),
                name="need_ages_are_in_order",
                violation_error_message=_("The highest age is below the lowest."),
            ),
            models.CheckConstraint(
                condition=~Q(status=NeedStatus.MATCHED) | Q(partner__isnull=False),
                name="need_taken_on_says_by_whom",
                violation_error_message=_("Please say who takes it on."),
            ),
            models.CheckConstraint(
                condition=~Q(status=NeedStatus.DONE) | Q(done_at__isnull=False),
                name="need_done_says_when",
                violation_error_message=_("Please say when it was done."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self):
        return self.status not in (NeedStatus.DONE, NeedStatus.CLOSED)

    def is_overdue(self, at=None):
        due = self.answered_at is None and self.answer_by is not None and self.is_open
        return due and self.answer_by < (at or timezone.now())


class NeedStep(models.Model):
    """One line of the timeline of a need."""

    need = models.ForeignKey(
        Need, on_delete=models.CASCADE, related_name="steps", verbose_name=_("need")
    )
    status = models.CharField(_("state"), max_length=10, choices=NeedStatus)
    note = models.TextField(_("note"), blank=True)
    is_public = models.BooleanField(_("public"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("by"),
        null=True,
        blank=True,
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    # What a clock tells of, such as "activity-12": it is written down once.
    about = models.CharField(max_length=40, blank=True, editable=False)

    class Meta:
        verbose_name = _("step of a need")
        verbose_name_plural = _("steps of a need")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "about"], condition=~Q(about=""), name="need_step_is_told_once"
            ),
        ]

    def __str__(self):
        return f"{self.need} · {self.get_status_display()}"


class Vote(models.Model):
    """I would come: a user, with so many people."""

    need = models.ForeignKey(
        Need, on_delete=models.CASCADE, related_name="votes", verbose_name=_("need")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="votes",
        verbose_name=_("user"),
    )
    people = models.PositiveSmallIntegerField(
        _("how many would come"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_COMING)],
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            models.UniqueConstraint(fields=["need", "user"], name="vote_is_given_once"),
            models.CheckConstraint(
                condition=Q(people__gte=1, people__lte=MOST_COMING),
                name="vote_is_for_a_few_people",
                violation_error_message=_("Please give a number from 1 to 9."),
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.need}"


class NeedAskAnswer(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("an answer", "Accepted")
    DECLINED = "declined", pgettext_lazy("an answer", "Declined")


class NeedAskQuerySet(models.QuerySet):
    def open(self):
        return self.filter(answer="", withdrawn_at=None)


class NeedAsk(models.Model):
    """A center asks a partner whether they take on a need."""

    need = models.ForeignKey(
        Need, on_delete=models.CASCADE, related_name="asks", verbose_name=_("need")
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="asks", verbose_name=_("partner")
    )
    resource = models.ForeignKey(
        Resource,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("resource"),
        null=True,
        blank=True,
    )
    note = models.TextField(_("note"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("asked by"),
        null=True,
    )
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    answer = models.CharField(_("answer"), max_length=10, choices=NeedAskAnswer, blank=True)
    answer_note = models.TextField(_("note to the answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("answered by"),
        null=True,
        blank=True,
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = NeedAskQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to a partner")
        verbose_name_plural = _("questions to partners")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "partner"],
                condition=Q(answer="", withdrawn_at=None),
                name="partner_is_asked_once_about_a_need",
                violation_error_message=_("This partner has been asked already."),
            ),
            models.UniqueConstraint(
                fields=["need"],
                condition=Q(answer=NeedAskAnswer.ACCEPTED, withdrawn_at=None),
                name="need_is_taken_on_by_one",
                violation_error_message=_("Somebody has taken it on already."),
            ),
        ]

    def __str__(self):
        return f"{self.partner} · {self.need}"
