"""The meeting of a center with its partners, each quarter: who comes, what was decided."""

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners.models.agreements import Agreement
from partners.models.needs import Need
from partners.models.partners import Partner
from venues.models import Center


class MeetingQuerySet(models.QuerySet):
    def managed_by(self, user):
        return self.filter(center__in=Center.objects.managed_by(user))

    def to_come(self, at=None):
        return self.filter(starts_at__gt=at or timezone.now(), called_off_at=None)

    def with_answers(self):
        """`invited`, `coming` and `silent` organizations, and how many `people` come."""
        coming, silent = Q(guests__answer=GuestAnswer.COMING), Q(guests__answer="")
        return self.annotate(
            invited=Count("guests"),
            coming=Count("guests", filter=coming),
            silent=Count("guests", filter=silent & Q(guests__isnull=False)),
            people=Sum("guests__people", filter=coming, default=0),
        )


class Meeting(models.Model):
    center = models.ForeignKey(
        Center, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("center")
    )
    title = models.CharField(_("title"), max_length=80)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    place = models.CharField(pgettext_lazy("of a meeting", "place"), max_length=120)
    intro = models.TextField(_("words of invitation"), blank=True)
    invited_at = models.DateTimeField(_("invited at"), null=True, blank=True, editable=False)
    called_off_at = models.DateTimeField(_("called off at"), null=True, blank=True, editable=False)
    minutes = models.TextField(_("minutes"), blank=True)
    minutes_sent_at = models.DateTimeField(
        _("minutes sent at"), null=True, blank=True, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("made by"),
        null=True,
        editable=False,
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="meeting_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
        ]

    def __str__(self):
        return self.title

    def has_begun(self, at=None):
        return self.starts_at <= (at or timezone.now())

    def is_to_come(self, at=None):
        return self.called_off_at is None and not self.has_begun(at)


class AgendaItem(models.Model):
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="agenda", verbose_name=_("meeting")
    )
    title = models.CharField(_("title"), max_length=120)
    need = models.ForeignKey(
        Need,
        on_delete=models.SET_NULL,
        related_name="agenda_items",
        verbose_name=_("need"),
        null=True,
        blank=True,
    )
    note = models.TextField(_("note"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("item of the agenda")
        verbose_name_plural = _("items of the agenda")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "need"],
                condition=Q(need__isnull=False),
                name="need_is_on_an_agenda_once",
                violation_error_message=_("This need is on the agenda already."),
            ),
        ]

    def __str__(self):
        return self.title


class GuestAnswer(models.TextChoices):
    COMING = "coming", _("Coming")
    NOT_COMING = "not_coming", _("Not coming")


class GuestQuerySet(models.QuerySet):
    def told(self):
        """Once the invitations have been sent."""
        return self.filter(meeting__invited_at__isnull=False)

    def silent(self):
        return self.filter(answer="")

    def of_member(self, user):
        """What a partner of this user was invited to."""
        return self.told().filter(partner__in=Partner.objects.of_member(user))

    def answered_by_member(self, user):
        return self.told().filter(partner__in=Partner.objects.posted_by(user))


class Guest(models.Model):
    """An organization invited to a meeting."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="guests", verbose_name=_("meeting")
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="meetings", verbose_name=_("partner")
    )
    answer = models.CharField(_("answer"), max_length=10, choices=GuestAnswer, blank=True)
    people = models.PositiveSmallIntegerField(_("how many come"), default=1)
    note = models.CharField(_("note"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("answered by"),
        null=True,
        blank=True,
    )
    came_at = models.DateTimeField(_("came at"), null=True, blank=True)
    people_came = models.PositiveSmallIntegerField(_("how many came"), null=True, blank=True)

    objects = GuestQuerySet.as_manager()

    class Meta:
        verbose_name = _("guest of a meeting")
        verbose_name_plural = _("guests of a meeting")
        ordering = ["partner__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "partner"],
                name="partner_is_invited_once",
                violation_error_message=_("This partner is invited already."),
            ),
        ]

    def __str__(self):
        return f"{self.partner} · {self.meeting}"


class DecisionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(done_at=None)

    def overdue(self, at=None):
        return self.open().filter(due_on__lt=timezone.localdate(at))

    def managed_by(self, user):
        return self.filter(meeting__center__in=Center.objects.managed_by(user))

    def answered_by_member(self, user):
        """What a partner of this user has to do, and may say that it is done."""
        return self.filter(partner__in=Partner.objects.posted_by(user))


class Decision(models.Model):
    """What a meeting decided: who does it, and by when."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="decisions", verbose_name=_("meeting")
    )
    item = models.ForeignKey(
        AgendaItem,
        on_delete=models.SET_NULL,
        related_name="decisions",
        verbose_name=_("item of the agenda"),
        null=True,
        blank=True,
    )
    text = models.CharField(_("what was decided"), max_length=200)
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        related_name="decisions",
        verbose_name=_("done by the partner"),
        null=True,
        blank=True,
    )
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="decisions",
        verbose_name=_("done by"),
        null=True,
        blank=True,
    )
    due_on = models.DateField(_("by when"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True, editable=False)
    need = models.ForeignKey(
        Need,
        on_delete=models.SET_NULL,
        related_name="decisions",
        verbose_name=_("need"),
        null=True,
        blank=True,
    )
    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.SET_NULL,
        related_name="decisions",
        verbose_name=_("agreement"),
        null=True,
        blank=True,
    )
    activity = models.ForeignKey(
        "activities.Activity",
        on_delete=models.SET_NULL,
        related_name="decisions",
        verbose_name=_("activity"),
        null=True,
        blank=True,
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(partner__isnull=False)
                | Q(staff__isnull=False)
                | Q(done_at__isnull=False),
                name="decision_is_somebodys",
                violation_error_message=_("Please say who does it."),
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def owner(self):
        return self.partner or self.staff

    def is_overdue(self, at=None):
        return self.done_at is None and self.due_on < timezone.localdate(at)
