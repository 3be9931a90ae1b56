"""The feed that a user's own calendar follows, and its address that can be changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """Without a row the feed is on, and its address the first one.

    The number goes into the signed address: the next one ends all that were given out before,
    and nothing that is kept here lets anybody read the feed.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="calendar_feed",
        verbose_name=_("user"),
    )
    number = models.PositiveIntegerField(_("number of the address"), default=0)
    is_on = models.BooleanField(_("may be read"), default=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self):
        return str(self.user)
