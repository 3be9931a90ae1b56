"""How the pages look to somebody: the elder view, the size of letters, the contrast.

What was chosen on this device stands in cookies, and counts for more than the profile.
"""

from dataclasses import asdict, dataclass, fields
from datetime import timedelta

from django.conf import settings

from accounts.models import Letters

REMEMBERED_FOR = timedelta(days=365)
YES_OR_NO = {"0": False, "1": True}
# For each choice its cookie, and what may stand in there.
COOKIES = {
    "elder_view": (settings.ELDER_COOKIE_NAME, YES_OR_NO),
    "letters": (settings.LETTERS_COOKIE_NAME, {size: size for size in Letters.values}),
    "high_contrast": (settings.CONTRAST_COOKIE_NAME, YES_OR_NO),
}


@dataclass(frozen=True)
class Look:
    elder_view: bool = False
    letters: str = Letters.STANDARD.value
    high_contrast: bool = False

    @property
    def classes(self):
        """What the root of a page is called, for the stylesheet."""
        named = {
            "elder": self.elder_view,
            f"letters-{self.letters}": self.letters != Letters.STANDARD,
            "high-contrast": self.high_contrast,
        }
        return " ".join(name for name, is_so in named.items() if is_so)


def of(request):
    chosen = chosen_here(request)
    if len(chosen) < len(COOKIES) and request.user.is_authenticated:
        chosen = asdict(of_profile(request.user)) | chosen
    return Look(**chosen)


def of_profile(user):
    return Look(**{field.name: getattr(user, field.name) for field in fields(Look)})


def chosen_here(request):
    """What the cookies of this device say; nobody is looked up for it."""
    return {
        name: values[cookie]
        for name, (cookie_name, values) in COOKIES.items()
        if (cookie := request.COOKIES.get(cookie_name)) in values
    }


def remember(response, **choices):
    """On this device, so that the next page already follows."""
    for name, choice in choices.items():
        cookie_name, values = COOKIES[name]
        response.set_cookie(
            cookie_name,
            next(written for written, meant in values.items() if meant == choice),
            max_age=REMEMBERED_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
