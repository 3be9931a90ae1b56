"""The opinion box: what is put into it, and the weekly opening of the one of wood."""

import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import phones
from partners.models.needs import Need
from partners.papers import own_name, storage
from venues.models import Center

CODE_LENGTH = 16


def new_code():
    """Digits, which everybody can say and type; 53 bits of them, so that nobody guesses one."""
    return "".join(secrets.choice("0123456789") for _digit in range(CODE_LENGTH))


class BoxOpeningQuerySet(models.QuerySet):
    def open(self):
        return self.filter(opened_at=None)

    def overdue(self, at=None):
        """Nobody has opened the box, and the day for it is over."""
        return self.open().filter(due_on__lt=timezone.localdate(at))


class BoxOpening(models.Model):
    """Once a week somebody opens the box; until then its task stands open."""

    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="box_openings", verbose_name=_("center")
    )
    due_on = models.DateField(_("due on"))
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("opened by"),
        null=True,
        blank=True,
    )
    papers = models.PositiveSmallIntegerField(_("letters on paper"), null=True, blank=True)

    objects = BoxOpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening of the box")
        verbose_name_plural = _("openings of the box")
        ordering = ["-due_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["center", "due_on"],
                name="box_is_opened_once_a_day",
                violation_error_message=_("The box has an opening on that day."),
            ),
        ]

    def __str__(self):
        return f"{self.center} · {self.due_on}"


class LetterChannel(models.TextChoices):
    WEB = "web", _("Online")
    PAPER = "paper", _("On paper")
    TALK = "talk", _("In a talk")


class LetterQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(need=None, answered_at=None, set_aside_at=None)

    def overdue(self, at=None):
        return self.unread().filter(answer_by__lt=at or timezone.now())

    def written_by(self, user):
        return self.filter(user=user)

    def with_code(self, code):
        """The letter with this code, or None; those that were anonymized are nobody's any more."""
        known = self.filter(code=code, anonymized_at=None)
        return known.select_related("center", "need").first()

    def managed_by(self, user):
        return self.filter(center__in=Center.objects.managed_by(user))


class Letter(models.Model):
    """What somebody put into the opinion box, perhaps without a name."""

    center = models.ForeignKey(
        Center, on_delete=models.PROTECT, related_name="letters", verbose_name=_("center")
    )
    code = models.CharField(
        _("code"),
        max_length=CODE_LENGTH,
        unique=True,
        default=new_code,
        editable=False,
        help_text=_("With it anybody who wrote without a name finds the answer."),
    )
    text = models.TextField(_("letter"))
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=40, blank=True)
    contact = models.CharField(_("phone or e-mail address"), max_length=100, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="letters_written",
        verbose_name=_("user"),
        null=True,
        blank=True,
        editable=False,
    )
    photo = models.ImageField(
        _("photo"), storage=storage, upload_to=own_name, blank=True, max_length=120
    )
    channel = models.CharField(
        _("how it came"), max_length=10, choices=LetterChannel, default=LetterChannel.WEB
    )
    request_key = models.CharField(max_length=64, unique=True, null=True, editable=False)
    received_at = models.DateTimeField(_("received at"), default=timezone.now)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("entered by"),
        null=True,
        blank=True,
        editable=False,
    )
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True)
    need = models.ForeignKey(
        Need,
        on_delete=models.SET_NULL,
        related_name="letters",
        verbose_name=_("need"),
        null=True,
        blank=True,
    )
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        editable=False,
    )
    set_aside_at = models.DateTimeField(_("set aside at"), null=True, blank=True, editable=False)
    set_aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("set aside by"),
        null=True,
        blank=True,
        editable=False,
    )
    set_aside_reason = models.CharField(
        _("why it was set aside"), max_length=200, blank=True, editable=False
    )
    anonymized_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | ~Q(answer=""),
                name="letter_answered_says_what",
                violation_error_message=_("Please write an answer."),
            ),
            models.CheckConstraint(
                condition=Q(set_aside_at=None) | ~Q(set_aside_reason=""),
                name="letter_set_aside_says_why",
                violation_error_message=_("Please say why."),
            ),
        ]

    def __str__(self):
        return self.text[:40]

    @property
    def spoken_code(self):
        return " ".join(self.code[at : at + 4] for at in range(0, CODE_LENGTH, 4))

    @property
    def is_unread(self):
        return self.need_id is None and self.answered_at is None and self.set_aside_at is None

    def is_overdue(self, at=None):
        due = self.is_unread and self.answer_by is not None
        return due and self.answer_by < (at or timezone.now())

    @property
    def address(self):
        """Where a message reaches whoever wrote it: an e-mail or a mobile phone; or ""."""
        contact = self.contact.strip()
        if "@" in contact:
            return contact.lower() if _is_email(contact) else ""
        phone = phones.parse(contact)
        return phone if phone and phones.is_mobile(phone) else ""


def _is_email(text):
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
