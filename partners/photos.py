"""A photo in a letter: looked at before it is taken, and drawn anew.

What is kept was drawn by us: neither where the camera was nor anything else that hides in the file
that came, and nothing of its name.
"""

from io import BytesIO

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
LARGEST_FILE = 10 * 1024 * 1024
# A picture of few bytes may unfold into gigabytes; the largest cameras of phones make 50 million.
MOST_DOTS = 50_000_000
LONGEST_SIDE = 2000
TOO_MANY_DOTS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def redrawn(file) -> ContentFile:
    """The photo in `file` as a JPEG of ours. Raises ValidationError with what to do instead."""
    if file.size > LARGEST_FILE:
        raise ValidationError(
            _("The photo is larger than 10 MB. Please make it smaller first."), code="too_heavy"
        )
    try:
        with Image.open(file, formats=list(FORMATS)) as photo:
            if photo.width * photo.height > MOST_DOTS:
                raise _too_large()
            photo.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            return _file_of(_on_white(ImageOps.exif_transpose(photo)))
    except TOO_MANY_DOTS as error:
        raise _too_large() from error
    except (OSError, ValueError, SyntaxError) as error:
        raise ValidationError(
            _("This cannot be read as a photo. Please take a JPEG, PNG or WebP file."),
            code="unreadable",
        ) from error


class PhotoField(forms.FileField):
    """What is no photo is refused beside the field, before anything is saved."""

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)

    def to_python(self, data):
        upload = super().to_python(data)
        return redrawn(upload) if upload else upload

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"accept": ",".join(FORMATS.values())}


def _too_large():
    return ValidationError(
        _("The photo has more than 50 million dots. Please make it smaller first."),
        code="too_large",
    )


def _on_white(photo):
    """In common colors; what is transparent becomes white."""
    if photo.mode not in ("RGBA", "LA", "PA") and "transparency" not in photo.info:
        return photo.convert("RGB")
    with_alpha = photo.convert("RGBA")
    white = Image.new("RGB", photo.size, "white")
    white.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return white


def _file_of(photo):
    photo.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # Nothing but dots: what else the first file held would come along by itself.
    photo.info = {}
    kept = BytesIO()
    photo.save(kept, "JPEG", quality=80)
    return ContentFile(kept.getvalue(), name="photo.jpg")
