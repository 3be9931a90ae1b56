"""Who takes part in what: bookings, and the places under them."""

import secrets

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from activities.models import Activity, Session, midnight
from venues.models import Center


class BookingChannel(models.TextChoices):
    WEB = "web", _("Online")
    DESK = "desk", _("At the desk")
    PARTNER = "partner", _("By the partner")
    IMPORT = "import", _("Imported")


# Staff answer for the house; the person it is for is told, and not whoever typed.
BY_STAFF = (BookingChannel.DESK, BookingChannel.IMPORT)


class Status(models.TextChoices):
    APPLIED = "applied", _("Waiting for the draw")
    NOT_DRAWN = "not_drawn", _("Not drawn")
    WAITING = "waiting", _("On the waitlist")
    OFFERED = "offered", _("A place is held")
    CONFIRMED = "confirmed", _("Booked")
    CANCELED = "canceled", _("Canceled")
    LAPSED = "lapsed", _("Lapsed")


HOLDS_A_PLACE = (Status.CONFIRMED, Status.OFFERED)
# Counts for overlaps and limits, and can still be canceled.
IS_ALIVE = (Status.APPLIED, Status.WAITING, Status.OFFERED, Status.CONFIRMED)


def new_reference():
    """Eight digits: short enough to say on the phone, too many to guess."""
    return f"{secrets.randbelow(10**8):08d}"


class BookingQuerySet(models.QuerySet):
    def alive(self):
        return self.filter(status__in=IS_ALIVE)

    def holding_a_place(self):
        return self.filter(status__in=HOLDS_A_PLACE)

    def confirmed(self):
        return self.filter(status=Status.CONFIRMED)

    def offered(self):
        return self.filter(status=Status.OFFERED)

    def waiting(self):
        """The waitlist, whoever came first in front."""
        return self.filter(status=Status.WAITING).order_by("queue_no")

    def answering(self, request_key, *, by, activity, session):
        """The booking that the same request has already made."""
        return self.filter(
            request_key=request_key, booked_by=by, activity=activity, session=session
        )

    def visible_to(self, user):
        """Bookings this user made, and those of people in their care."""
        mine = Person.objects.in_care_of(user)
        return self.filter(
            Q(booked_by=user, channel=BookingChannel.WEB)
            | Q(pk__in=Place.objects.filter(person__in=mine).values("booking"))
        )

    def managed_by(self, user):
        return self.filter(activity__center__in=Center.objects.managed_by(user))

    def to_come(self, at=None):
        """Alive, with a date that is not over yet."""
        return self.filter(_is_to_come(at))

    def past(self, at=None):
        """Over, canceled or lapsed."""
        return self.filter(~_is_to_come(at))

    def since(self, moment):
        """With a date after that moment, whether it is still on or not."""
        return self.filter(
            Exists(Place.objects.filter(booking=OuterRef("pk"), session__ends_at__gt=moment))
        )

    def for_person(self, person):
        return self.filter(pk__in=Place.objects.filter(person=person).values("booking"))

    def with_position(self):
        """With `position`: 1 for whoever is next in line, None for what does not wait."""
        line = Booking.objects.waiting().filter(
            activity=OuterRef("activity"), queue_no__lte=OuterRef("queue_no")
        )
        # The whole course has a line of its own, and NULL equals nothing.
        line = line.alias(line=Coalesce("session_id", 0)).filter(
            line=Coalesce(OuterRef("session_id"), 0)
        )
        counted = line.order_by().values("activity").annotate(n=Count("pk")).values("n")
        return self.annotate(
            position=Case(When(status=Status.WAITING, then=Subquery(counted)), default=None)
        )

    def with_activity(self):
        return self.select_related("activity__center", "activity__category")

    def for_pages(self, user):
        """With all that a page says about a booking, and only the places this user may see."""
        return self.with_activity().prefetch_related(places_seen_by(user))


def places_seen_by(user):
    """To be fetched along with bookings: their places that this user may see."""
    return Prefetch("places", Place.objects.visible_to(user).with_session())


def _is_to_come(at):
    at = at or timezone.now()
    dates = Place.objects.filter(
        booking=OuterRef("pk"),
        canceled_at=None,
        session__canceled_at=None,
        session__ends_at__gt=at,
    )
    has_lapsed = Q(status=Status.OFFERED, offer_expires_at__lte=at)
    return Q(Exists(dates), status__in=IS_ALIVE) & ~has_lapsed


class Booking(models.Model):
    """One request: who, for which session or for the whole course (`session` None)."""

    reference = models.CharField(
        _("reference"), max_length=12, unique=True, default=new_reference, editable=False
    )
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("activity")
    )
    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        related_name="bookings",
        verbose_name=_("session"),
        null=True,
        blank=True,
        help_text=_("Empty: the whole course."),
    )
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="bookings",
        verbose_name=_("booked by"),
    )
    asked_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("asked by"),
        null=True,
        blank=True,
        help_text=_("Whom the desk booked for."),
    )
    channel = models.CharField(
        _("how"), max_length=10, choices=BookingChannel, default=BookingChannel.WEB
    )
    status = models.CharField(_("state"), max_length=10, choices=Status)
    party_size = models.PositiveSmallIntegerField(
        pgettext_lazy("how many", "people"), validators=[MinValueValidator(1)]
    )
    queue_no = models.BigIntegerField(_("number in line"), null=True, blank=True)
    offer_expires_at = models.DateTimeField(_("offer until"), null=True, blank=True)
    request_key = models.CharField(_("request"), max_length=64)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    created_at = models.DateTimeField(_("booked at"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    canceled_at = models.DateTimeField(_("canceled at"), null=True, blank=True)
    canceled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("canceled by"),
        null=True,
        blank=True,
    )
    note = models.CharField(_("note of the desk"), max_length=200, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["booked_by", "request_key", "activity", "session"],
                nulls_distinct=False,
                name="request_makes_one_booking",
                violation_error_message=_("This booking has already been made."),
            ),
            models.CheckConstraint(
                condition=Q(party_size__gte=1),
                name="booking_is_for_somebody",
                violation_error_message=_("A booking is for at least one person."),
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.WAITING) | Q(queue_no__isnull=False),
                name="whoever_waits_has_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.OFFERED) | Q(offer_expires_at__isnull=False),
                name="offer_has_a_deadline",
            ),
        ]
        indexes = [
            models.Index(
                fields=["activity", "queue_no"],
                name="booking_waitlist",
                condition=Q(status=Status.WAITING),
            ),
            models.Index(
                fields=["offer_expires_at"],
                name="booking_offers",
                condition=Q(status=Status.OFFERED),
            ),
            models.Index(fields=["booked_by", "-created_at"], name="booking_of_carer"),
        ]

    def __str__(self):
        return f"{self.reference} {self.activity}"

    @property
    def is_alive(self):
        return self.status in IS_ALIVE

    def has_lapsed(self, at=None):
        """Whether an offer was not answered in time, also where nobody has written it down yet."""
        if self.status == Status.OFFERED:
            return self.offer_expires_at <= (at or timezone.now())
        return self.status == Status.LAPSED

    @property
    def spoken_reference(self):
        return f"{self.reference[:4]} {self.reference[4:]}"


class PlaceQuerySet(models.QuerySet):
    def active(self):
        return self.filter(canceled_at=None, booking__status__in=IS_ALIVE)

    def held(self):
        return self.filter(canceled_at=None, booking__status__in=HOLDS_A_PLACE)

    def confirmed(self):
        return self.filter(canceled_at=None, booking__status=Status.CONFIRMED)

    def passed_on(self):
        """Not used, and given to somebody else after the start."""
        return self.filter(
            canceled_at__isnull=False, absent_at__isnull=False, booking__status=Status.CONFIRMED
        )

    def at_the_door(self):
        """Of people who wait for a place and have said at the door that they are here."""
        return self.filter(
            canceled_at=None, booking__status=Status.WAITING, marked_at__isnull=False
        )

    def visible_to(self, user):
        """Places this user booked, and those of people in their care."""
        return self.filter(
            Q(booking__booked_by=user, booking__channel=BookingChannel.WEB)
            | Q(person__in=Person.objects.in_care_of(user))
        )

    def on_day(self, day):
        """What somebody expects of that day: also what was called off or passed on meanwhile."""
        return self.filter(
            Q(canceled_at=None, booking__status__in=IS_ALIVE)
            | Q(canceled_at=F("session__canceled_at"))
            | Q(canceled_at__isnull=False, absent_at__isnull=False),
            session__starts_at__gte=midnight(day),
            session__starts_at__lt=midnight(day, 1),
        )

    def with_session(self):
        """With the person, and when and where the session is."""
        return self.select_related("person", "session__taking__room__floor").order_by(
            "session__starts_at", "session_id", "pk"
        )

    def managed_by(self, user):
        return self.filter(session__activity__center__in=Center.objects.managed_by(user))


class HowCheckedIn(models.TextChoices):
    STAFF = "staff", _("By staff")
    CODE = "code", _("By QR code")
    SELF = "self", _("By themselves")


class Place(models.Model):
    """One person in one session, under a booking. It counts as its booking counts."""

    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, related_name="places", verbose_name=_("booking")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="places", verbose_name=_("person")
    )
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="places", verbose_name=_("session")
    )
    canceled_at = models.DateTimeField(_("canceled at"), null=True, blank=True)
    checked_in_at = models.DateTimeField(_("came at"), null=True, blank=True)
    checked_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("checked in by"),
        null=True,
        blank=True,
    )
    checked_in_how = models.CharField(
        _("checked in"), max_length=10, choices=HowCheckedIn, blank=True
    )
    absent_at = models.DateTimeField(_("marked as not there"), null=True, blank=True)
    marked_at = models.DateTimeField(
        _("last tap"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When staff last marked it; an older tap that comes late changes nothing."),
    )
    excused_at = models.DateTimeField(_("excused at"), null=True, blank=True)
    excused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("excused by"),
        null=True,
        blank=True,
    )
    excuse_reason = models.CharField(_("excused because"), max_length=120, blank=True)
    canceled_late = models.BooleanField(_("canceled late"), default=False)
    checked_out_at = models.DateTimeField(_("left at"), null=True, blank=True)
    checked_out_with = models.CharField(_("left with"), max_length=200, blank=True)
    checked_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("handed over by"),
        null=True,
        blank=True,
    )

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"],
                condition=Q(canceled_at=None),
                name="person_is_in_a_session_once",
                violation_error_message=_("This person is already in that session."),
            ),
            models.CheckConstraint(
                condition=Q(checked_in_at=None) | Q(absent_at=None),
                name="place_came_or_did_not",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "session"],
                name="place_of_person",
                condition=Q(canceled_at=None),
            ),
            models.Index(
                fields=["person", "absent_at"],
                name="place_not_used",
                condition=Q(absent_at__isnull=False),
            ),
            models.Index(
                fields=["person", "canceled_at"],
                name="place_given_back_late",
                condition=Q(canceled_late=True),
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.session}"
