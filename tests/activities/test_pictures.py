import os
import time
from io import BytesIO
from pathlib import Path
from struct import pack
from zlib import compress, crc32

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from activities import posting, unused_pictures
from activities.models import Activity, Status
from activities.pictures import LARGEST_FILE, drawn
from tests.factories import ActivityFactory, CategoryFactory, PartnerMemberFactory, SessionFactory

pytestmark = pytest.mark.django_db

GPS, ORIENTATION, TURNED = 0x8825, 0x0112, 6
PARIS = {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 3.0)}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def photo(width=600, height=400, form="JPEG", color="teal", mode="RGB", **said):
    file = BytesIO()
    Image.new(mode, (width, height), color).save(file, form, **said)
    return SimpleUploadedFile("../../我家 <script>.php", file.getvalue())


def shown(photo, **fields):
    return ActivityFactory(cover=photo, cover_alt="A teal wall", **fields)


def kept(activity):
    folder = Path(activity.cover.path).parent
    return {file.name: Image.open(BytesIO(file.read_bytes())) for file in folder.iterdir()}


def why_not(file):
    with pytest.raises(ValidationError) as refused:
        drawn(file)
    return refused.value.code


def bomb(width, height):
    """A PNG of a few hundred bytes that says it is so large, with a first row of dots."""

    def chunk(kind, data):
        return pack(">I", len(data)) + kind + data + pack(">I", crc32(kind + data))

    head = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", compress(bytes(width))), chunk(b"IEND", b"")
    return SimpleUploadedFile("small.png", b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def test_a_photo_is_kept_in_a_few_widths_for_whatever_reads_it():
    files = kept(shown(photo(2000, 1200)))

    assert {name: (each.format, each.size) for name, each in files.items()} == {
        "480.webp": ("WEBP", (480, 270)),
        "960.webp": ("WEBP", (960, 540)),
        "1440.webp": ("WEBP", (1440, 810)),
    }


def test_a_small_photo_is_not_blown_up():
    activity = shown(photo(1000, 800))

    assert sorted(kept(activity)) == ["480.webp", "960.webp"]
    assert (activity.cover.width, activity.cover.height) == (960, 540)


def test_nothing_of_the_file_is_kept_but_its_dots():
    said = Image.Exif()
    said.get_ifd(GPS).update(PARIS)
    upload = photo(exif=said, comment=b"taken at home")
    assert dict(Image.open(upload).getexif().get_ifd(GPS)) == PARIS
    activity = shown(upload)

    for file in kept(activity).values():
        assert not file.getexif()
        assert file.info.keys() <= {"loop", "background", "timestamp", "duration"}
    assert "script" not in activity.cover.name
    assert activity.cover.name.startswith("covers/")


def test_a_photo_that_was_taken_sideways_stands_upright():
    image = Image.new("RGB", (1125, 2000), "white")
    image.paste("red", (0, 0, 560, 2000))
    file, said = BytesIO(), Image.Exif()
    said[ORIENTATION] = TURNED
    image.save(file, "JPEG", exif=said)
    upright = drawn(ContentFile(file.getvalue()))

    assert upright.getpixel((700, 40))[1] < 60 < 200 < upright.getpixel((700, 770))[1]


def test_what_is_transparent_is_white():
    activity = shown(photo(form="PNG", mode="RGBA", color=(0, 0, 0, 0)))

    assert min(kept(activity)["480.webp"].getpixel((9, 9))) > 250


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_these_can_be_read(form):
    assert drawn(photo(600, 400, form)).size == (480, 270)


def test_what_is_no_picture_is_refused():
    assert why_not(SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>")) == "unreadable"
    assert why_not(photo(600, 400, "GIF")) == "unreadable"
    assert why_not(SimpleUploadedFile("a.jpg", photo(2000, 1200).read()[:9000])) == "unreadable"


def test_what_is_too_small_is_refused():
    assert why_not(photo(479, 400)) == "too_small"
    assert why_not(photo(2000, 20)) == "too_small"


def test_what_is_too_heavy_is_refused():
    heavy = photo()
    heavy.size = LARGEST_FILE + 1

    assert why_not(heavy) == "too_heavy"


@pytest.mark.parametrize("side", [7_100, 9_000, 60_000])
def test_what_would_unfold_into_gigabytes_is_refused_before_it_does(side):
    assert why_not(bomb(side, side)) == "too_large"


def test_a_picture_says_what_it_shows():
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivityFactory(cover=photo())


def test_the_page_takes_the_width_it_needs(client):
    activity = shown(photo(2000, 1200), title="Ink")
    SessionFactory(activity=activity)
    page = client.get(f"/activities/{activity.pk}/").content.decode()
    folder = activity.cover.url.removesuffix("/1440.webp")

    assert (
        f'<img class="cover" src="{folder}/1440.webp" srcset="{folder}/480.webp 480w, '
        f'{folder}/960.webp 960w, {folder}/1440.webp 1440w"' in page
    )
    assert 'width="1440" height="810"' in page
    assert 'alt="A teal wall"' in page
    assert f'<meta property="og:image" content="http://testserver{folder}/1440.webp">' in page
    assert f'"image": "http://testserver{folder}/1440.webp"' in page
    assert default_storage.exists(activity.cover.name)


def test_a_page_without_a_picture_has_none(client):
    activity = SessionFactory().activity

    assert "<img" not in client.get(f"/activities/{activity.pk}/").content.decode()


def test_a_picture_from_before_there_were_widths_is_shown_as_it_is(client):
    activity = SessionFactory().activity
    Activity.objects.update(cover="covers/old.jpg", cover_alt="Ink")
    page = client.get(f"/activities/{activity.pk}/").content.decode()

    assert 'src="/media/covers/old.jpg" width="1440" height="810"' in page


@pytest.fixture
def partner(client):
    member = PartnerMemberFactory()
    member.partner.centers.add(ActivityFactory().center)
    client.force_login(member.user)
    return member.partner


def typed(**more):
    words = {"title": "Ink", "category": CategoryFactory().pk, "booking_mode": "single"}
    return words | more


def test_a_partner_adds_a_picture_and_takes_it_off(client, partner):
    address = f"/partner/{partner.pk}/post/"
    client.post(address, typed(cover=photo(), cover_alt="A teal wall"))
    activity = partner.activities.get()
    assert len(kept(activity)) == 1
    page = client.get(f"/partner/activities/{activity.pk}/edit/").content.decode()
    assert 'name="cover-clear"' in page

    client.post(f"/partner/activities/{activity.pk}/edit/", typed(**{"cover-clear": "on"}))

    activity.refresh_from_db()
    assert not activity.cover
    assert activity.status == Status.DRAFT


def test_a_partner_is_asked_what_the_picture_shows(client, partner):
    answer = client.post(f"/partner/{partner.pk}/post/", typed(cover=photo()))

    assert answer.status_code == 422
    assert "cover_alt" in answer.context["form"].errors
    assert "再选一次" in answer.content.decode()
    assert not partner.activities.exists()


def test_what_is_no_picture_is_said_beside_the_field(client, partner):
    no_picture = SimpleUploadedFile("a.jpg", b"MZ")
    answer = client.post(f"/partner/{partner.pk}/post/", typed(cover=no_picture, cover_alt="A"))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["cover"]
    assert 'value="Ink"' in answer.content.decode()


def test_pictures_that_nobody_shows_any_more_are_thrown_away_a_day_later():
    left, stays = shown(photo()), shown(photo())
    Activity.objects.filter(pk=left.pk).update(cover="")
    assert unused_pictures.throw_away() == 0
    for folder in (left, stays):
        for file in Path(folder.cover.path).parent.iterdir():
            os.utime(file, (time.time() - 90_000,) * 2)

    assert unused_pictures.throw_away() == 1

    assert not Path(left.cover.path).parent.exists()
    assert len(kept(stays)) == 1


def test_a_posting_keeps_its_picture_on_its_way(client, partner):
    client.post(f"/partner/{partner.pk}/post/", typed(cover=photo(), cover_alt="A teal wall"))
    activity = partner.activities.get()
    before = activity.cover.name

    posting.save_draft(activity, by=None)

    assert Activity.objects.get(pk=activity.pk).cover.name == before
