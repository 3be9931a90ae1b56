"""Parts of the week in words."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from partners.models import DayPart


def spoken(day_parts) -> str:
    """As a list, in the order in which a week has them; none named is any time."""
    if not day_parts:
        return _("at any time")
    return pgettext("between names", ", ").join(
        str(part.label) for part in DayPart if part in day_parts
    )
