"""The picture of an activity: looked at before it is taken, drawn anew, kept in a few widths.

What is kept was drawn by us: not a byte of the file that came, so neither where the camera was nor
anything else that hides in a file, and nothing of its name. It lies in a folder with a name that
nobody guesses, and never changes there, so browsers may keep it for ever.
"""

from io import BytesIO
from math import ceil
from pathlib import PurePosixPath
from secrets import token_urlsafe

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.db.models.fields.files import ImageFieldFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

FOLDER = "covers"
# A phone, one with fine dots, and a wide screen; each of them in the shape of the page.
WIDTHS = (480, 960, 1440)
SHAPE = 16 / 9
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
LARGEST_FILE = 10 * 1024 * 1024
# A picture of few bytes may unfold into gigabytes; the largest cameras of phones make 50 million.
MOST_DOTS = 50_000_000
QUALITY = 78
UNREADABLE = (OSError, ValueError, SyntaxError, ImageCms.PyCMSError)
# Pillow warns from so many on and refuses twice as many, before it unfolds anything.
Image.MAX_IMAGE_PIXELS = MOST_DOTS
TOO_MANY_DOTS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def drawn(file) -> Image.Image:
    """The picture in `file`, upright, in the shape of the page, without anything beside its dots.

    Raises ValidationError with what to do instead.
    """
    if file.size > LARGEST_FILE:
        raise ValidationError(
            _("The picture is larger than 10 MB. Please make it smaller first."), code="too_heavy"
        )
    try:
        with Image.open(file, formats=list(FORMATS)) as picture:
            _refuse_a_wrong_size(*picture.size)
            # Of a large photo no more is unfolded than is kept.
            picture.draft("RGB", (WIDTHS[-1], ceil(WIDTHS[-1] / SHAPE)))
            upright = ImageOps.exif_transpose(picture)
            return _in_shape(_in_common_colors(upright))
    except TOO_MANY_DOTS as error:
        raise _too_large() from error
    except UNREADABLE as error:
        raise ValidationError(
            _("This cannot be read as a picture. Please take a JPEG, PNG or WebP file."),
            code="unreadable",
        ) from error


def _refuse_a_wrong_size(width, height):
    if width * height > MOST_DOTS:
        raise _too_large()
    if min(width, height) < WIDTHS[0] / SHAPE or max(width, height) < WIDTHS[0]:
        raise ValidationError(
            _("The picture is too small to be seen well. Please take one 480 dots wide or more."),
            code="too_small",
        )


def _too_large():
    return ValidationError(
        _("The picture has more than 50 million dots. Please make it smaller first."),
        code="too_large",
    )


def _in_common_colors(picture):
    """As sRGB, which needs no profile; what is transparent becomes white."""
    profile = picture.info.get("icc_profile")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        with_alpha = picture.convert("RGBA")
        picture = Image.new("RGB", picture.size, "white")
        picture.paste(with_alpha, mask=with_alpha.getchannel("A"))
    if profile and picture.mode in ("RGB", "CMYK"):
        return ImageCms.profileToProfile(
            picture, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    return picture.convert("RGB")


def _in_shape(picture):
    """The middle of it, rather a little above, where faces are; never larger than it came."""
    natural = min(picture.width, round(picture.height * SHAPE))
    width = max(each for each in WIDTHS if each <= max(natural, WIDTHS[0]))
    return ImageOps.fit(picture, (width, _height_of(width)), centering=(0.5, 0.4))


def _height_of(width):
    return round(width / SHAPE)


def _file_of(picture, width):
    smaller, kept = picture.resize((width, _height_of(width))), BytesIO()
    # Nothing but dots: what else the first file held would come along by itself.
    smaller.info = {}
    smaller.save(kept, "WEBP", quality=QUALITY)
    return ContentFile(kept.getvalue())


class Picture(ImageFieldFile):
    """Its widest file is what the row names; the others lie beside it."""

    def save(self, name, content, save=True):
        picture, folder = getattr(content, "picture", None) or drawn(content), token_urlsafe(12)
        *narrower, widest = [width for width in WIDTHS if width <= picture.width]
        for width in narrower:
            self.storage.save(f"{FOLDER}/{folder}/{width}.webp", _file_of(picture, width))
        super().save(f"{folder}/{widest}.webp", _file_of(picture, widest), save=save)

    @property
    def width(self):
        """Said by its name; nobody opens the file for it."""
        stem = PurePosixPath(self.name).stem
        return int(stem) if stem.isdecimal() else WIDTHS[-1]

    @property
    def height(self):
        return _height_of(self.width)

    @property
    def srcset(self):
        """For the attribute of that name; empty for a picture from before there were widths."""
        path = PurePosixPath(self.name)
        widths = [each for each in WIDTHS if path.stem.isdecimal() and each <= self.width]
        return ", ".join(f"{self.storage.url(f'{path.parent}/{w}.webp')} {w}w" for w in widths)


class PictureFormField(forms.FileField):
    """What is no picture is refused beside the field, before anything is saved."""

    def to_python(self, data):
        if upload := super().to_python(data):
            upload.picture = drawn(upload)
        return upload

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"accept": ",".join(FORMATS.values())}


class PictureField(models.ImageField):
    attr_class = Picture

    def formfield(self, **kwargs):
        # How long the name of the file is does not matter: it is not kept.
        return super().formfield(**{"form_class": PictureFormField, **kwargs, "max_length": None})


class AsksWhatThePictureShows:
    """A form with `cover` and `cover_alt`."""

    def clean(self):
        data = super().clean()
        if data.get("cover") and not data.get("cover_alt"):
            self.add_error(
                "cover_alt",
                _("Please say in a few words what the picture shows: not everybody sees it."),
            )
        return data
