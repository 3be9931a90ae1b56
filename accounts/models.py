"""Who signs in, who takes part, and who may book for whom."""

from dateutil.relativedelta import relativedelta
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.names import initial, sort_key
from accounts.phones import masked, validate_phone


class UserManager(BaseUserManager["User"]):
    def create_user(self, email=None, password=None, **fields):
        user = self.model(email=self.normalize_email(email) or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    @classmethod
    def normalize_email(cls, email):
        """In lower case throughout: nobody is two people because of a capital letter."""
        return (email or "").strip().lower()

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(
            email, password, **fields | {"is_staff": True, "is_superuser": True}
        )


class Letters(models.TextChoices):
    """How large a user wants to read, in either view."""

    STANDARD = "standard", _("Standard letters")
    LARGER = "larger", _("Larger letters")
    LARGEST = "largest", _("Largest letters")


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with a way in: a phone, an e-mail, or both."""

    phone = models.CharField(
        _("phone"), max_length=16, unique=True, null=True, blank=True, validators=[validate_phone]
    )
    phone_verified_at = models.DateTimeField(_("phone checked at"), null=True, blank=True)
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    elder_view = models.BooleanField(_("elder view"), default=False)
    letters = models.CharField(
        _("size of letters"), max_length=10, choices=Letters, default=Letters.STANDARD
    )
    high_contrast = models.BooleanField(_("high contrast"), default=False)
    is_staff = models.BooleanField(_("may enter the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined at"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self):
        return self.name or masked(self.phone) or self.email or str(_("Closed account"))

    def get_full_name(self):
        """What the staff's desk calls its user."""
        return str(self)

    def get_username(self):
        return self.email or self.phone or str(self.pk)

    def has_usable_password(self):
        """Nearly nobody has one; the empty text of a row made without any is none, too."""
        return bool(self.password) and super().has_usable_password()

    def clean(self):
        # Two people without an e-mail must not meet in the empty text.
        self.email = self.__class__.objects.normalize_email(self.email) or None
        self.phone = self.phone or None


# How many tints there are for the characters that stand for people.
TINTS = 6


class PersonQuerySet(models.QuerySet):
    def active(self):
        return self.filter(retired_at=None)

    def in_care_of(self, user):
        """Whom this user may book for."""
        cared_for = Care.objects.active().filter(user=user)
        return self.active().filter(pk__in=cared_for.values("person"))

    def being(self, user):
        """The one person this user is; none before the first introduction."""
        return self.filter(cares__user=user, cares__role=Role.SELF, cares__ended_at=None)

    def locked(self):
        """These people's rows, locked in the one order that everybody uses."""
        return self.order_by("pk").select_for_update(no_key=True)


class Person(models.Model):
    """Somebody who takes part; needs no account, phone or e-mail."""

    name = models.CharField(_("name"), max_length=80)
    sort_key = models.CharField(
        _("sorted as"),
        max_length=200,
        blank=True,
        db_collation="C",
        help_text=_("Pinyin of the name; correct it where a surname is read differently."),
    )
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    phone = models.CharField(
        _("phone"), max_length=16, blank=True, db_index=True, validators=[validate_phone]
    )
    area = models.CharField(
        _("area"), max_length=60, blank=True, help_text=_("The community this person lives in.")
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="person_has_a_name",
                violation_error_message=_("Please write a name."),
            ),
        ]
        indexes = [models.Index(fields=["sort_key"], name="person_sorted")]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.sort_key = self.sort_key or sort_key(self.name)
        super().save(*args, **kwargs)

    @property
    def initial(self):
        return initial(self.name)

    @property
    def tint(self):
        """One of a few colors, always the same for the same person."""
        return self.pk % TINTS

    @property
    def age(self):
        return self.age_on(timezone.localdate())

    def age_on(self, day):
        """Whole years on that day, or None when the birth date is not known."""
        return self.birth_date and relativedelta(day, self.birth_date).years


class Role(models.TextChoices):
    SELF = "self", _("Myself")
    GUARDIAN = "guardian", _("Guardian")
    HELPER = "helper", _("Helper")


class CareQuerySet(models.QuerySet):
    def active(self):
        return self.filter(ended_at=None)


class Care(models.Model):
    """Who may book for whom."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="cares", verbose_name=_("carer")
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="cares", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.SELF)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = CareQuerySet.as_manager()

    class Meta:
        verbose_name = _("care")
        verbose_name_plural = _("care")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "person"],
                condition=Q(ended_at=None),
                name="carer_cares_once",
                violation_error_message=_("You already book for this person."),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(role=Role.SELF, ended_at=None),
                name="user_is_one_person",
                violation_error_message=_("You are already on the list yourself."),
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.get_role_display()}"


class CollectorQuerySet(models.QuerySet):
    def active(self):
        return self.filter(ended_at=None)


class Collector(models.Model):
    """Somebody who may fetch a person from care."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="collectors", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=80)
    relation = models.CharField(
        _("relation"), max_length=40, blank=True, help_text=_("Grandmother, neighbor …")
    )
    phone = models.CharField(_("phone"), max_length=16, blank=True, validators=[validate_phone])
    added_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("named by")
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = CollectorQuerySet.as_manager()

    class Meta:
        verbose_name = _("person who fetches")
        verbose_name_plural = _("people who fetch")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name"],
                condition=Q(ended_at=None),
                name="collector_is_named_once",
                violation_error_message=_("This name is on the list already."),
            ),
        ]

    def __str__(self):
        return self.name


class ConsentKind(models.TextChoices):
    PRIVACY = "privacy", _("Privacy notice")
    CHILD = "child", _("Data of a child under 14")
    HEALTH = "health", _("Health notes")
    PHOTO = "photo", _("Photos")
    HELPER = "helper", _("A helper books for me")


class ConsentChannel(models.TextChoices):
    WEB = "web", _("Online")
    PAPER = "paper", _("On paper, seen by staff")
    PHONE = "phone", _("By phone")


class ConsentQuerySet(models.QuerySet):
    def active(self):
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """Who agreed to what, when and how; withdrawn as easily as given."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="consents", verbose_name=_("person")
    )
    given_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="consents",
        verbose_name=_("given by"),
        null=True,
        blank=True,
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ConsentKind)
    version = models.CharField(_("version"), max_length=20)
    channel = models.CharField(
        _("how"), max_length=10, choices=ConsentChannel, default=ConsentChannel.WEB
    )
    entered_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("entered by"),
        null=True,
        blank=True,
    )
    given_at = models.DateTimeField(_("given at"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at"]

    def __str__(self):
        return f"{self.person} · {self.get_kind_display()}"
