import struct
import zlib
from io import BytesIO
from urllib.parse import quote

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from partners.models import Letter
from tests.factories import CenterFactory, LetterFactory, NeedFactory, UserFactory
from venues.models import Center

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    return CenterFactory(answer_days=5)


@pytest.fixture(autouse=True)
def papers(monkeypatch, tmp_path):
    folder = tmp_path / "papers"
    storage = FileSystemStorage(location=folder, base_url=None)
    monkeypatch.setattr(Letter._meta.get_field("photo"), "storage", storage)
    return folder


def photo(name="beach.png", mode="RGB", **more):
    drawn = BytesIO()
    picture = Image.new(mode, (60, 40), "red")
    exif = picture.getexif()
    exif[0x010E] = "Where I live"
    picture.save(drawn, "PNG" if name.endswith("png") else "JPEG", exif=exif, **more)
    return SimpleUploadedFile(name, drawn.getvalue())


def bomb():
    """A PNG of a few bytes that says it is forty thousand dots wide and high."""
    size = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    pieces = [(b"IHDR", size), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in pieces
    ]
    return SimpleUploadedFile("small.png", b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


def test_anybody_writes_without_a_name_and_gets_a_code(client, center):
    answer = client.post("/box/", {"text": "More chairs, please"})

    letter = Letter.objects.get()
    assert answer.url == f"/box/{letter.code}/sent/"
    assert (letter.center, letter.user, letter.name, letter.channel) == (center, None, "", "web")
    assert (letter.answer_by - letter.received_at).days == 5
    page = client.get(answer.url).content.decode()
    assert letter.spoken_code in page
    assert '<span class="qr"' in page


def test_the_code_opens_the_letter_and_later_its_answer(client, center):
    letter = LetterFactory(center=center, text="More chairs", name="Li Min", contact="1@x.org")
    page = client.get("/box/answer/", {"code": letter.spoken_code}, follow=True).content.decode()
    assert "More chairs" in page
    assert "Li Min" not in page
    assert "1@x.org" not in page

    Letter.objects.update(answer="Ten are coming", answered_at=letter.received_at)

    assert "Ten are coming" in client.get(f"/box/{letter.code}/").content.decode()


def test_what_a_letter_became_is_told_without_what_only_staff_read(client, center):
    need = NeedFactory(center=center, title="Chairs", is_public=False)
    need.steps.create(status="new", note="For staff")
    need.steps.create(status="answered", note="For all", is_public=True)
    letter = LetterFactory(center=center, need=need)

    page = client.get(f"/box/{letter.code}/").content.decode()

    assert "For all" in page
    assert "For staff" not in page
    assert f"/needs/{need.pk}/" not in page


@pytest.mark.parametrize("code", ["0", "abc", "1" * 16, "9-9", "forgotten"])
def test_whatever_is_wrong_with_a_code_the_answer_is_the_same(client, center, code):
    gone = LetterFactory(center=center)
    Letter.objects.update(anonymized_at=gone.received_at)
    asked = gone.code if code == "forgotten" else code
    plain = client.get("/box/nothing/").content.decode()

    answer = client.get(f"/box/{asked}/")

    assert answer.status_code == 404
    said = answer.content.decode()
    assert said.replace(f"/box/{quote(asked)}/", "/box/nothing/") == plain


def test_who_tries_many_codes_is_asked_to_pause(client, center):
    letter = LetterFactory(center=center)

    answers = [client.get(f"/box/{n}/").status_code for n in range(22)]

    assert answers == [404] * 20 + [429] * 2
    assert client.get(f"/box/{letter.code}/").status_code == 429


def test_who_writes_too_often_keeps_what_was_typed(client, center):
    for n in range(6):
        client.post("/box/", {"text": f"Letter {n}"})

    answer = client.post("/box/", {"text": "One more"})

    assert answer.status_code == 429
    assert "One more" in answer.content.decode()
    assert Letter.objects.count() == 6


def test_a_double_tap_puts_one_letter_in(client, center):
    taps = [client.post("/box/", {"text": "Once", "request_key": "k"}).url for _tap in range(2)]

    assert taps[0] == taps[1]
    assert Letter.objects.count() == 1


def test_of_several_centers_one_is_chosen(client):
    here, there, closed = CenterFactory.create_batch(3)
    Center.objects.filter(pk=closed.pk).update(closed_on="2026-01-01")

    assert client.post("/box/", {"text": "Hello"}).status_code == 422
    assert client.post("/box/", {"text": "Hello", "center": closed.pk}).status_code == 422
    assert client.post("/box/", {"text": "Hello", "center": there.pk}).status_code == 302
    assert Letter.objects.get().center == there
    page = client.get(f"/box/?center={here.slug}").content.decode()
    assert page.count("checked") == 1


@pytest.mark.parametrize("is_mine", [True, False])
def test_who_is_signed_in_decides_whether_it_is_theirs(client, center, is_mine):
    user = UserFactory()
    client.force_login(user)

    client.post("/box/", {"text": "Mine"} | ({"is_mine": "on"} if is_mine else {}))

    assert Letter.objects.get().user == (user if is_mine else None)
    assert ("Mine" in client.get("/box/mine/").content.decode()) is is_mine


def test_a_visitor_cannot_name_somebody_as_the_writer(client, center):
    user = UserFactory()

    client.post("/box/", {"text": "Not mine", "is_mine": "on", "user": user.pk})

    assert Letter.objects.get().user is None


@pytest.mark.parametrize(
    ("field", "typed"),
    [("text", "  "), ("text", "x" * 3001), ("contact", "12345"), ("website", "http://x.example")],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(client, center, field, typed):
    answer = client.post("/box/", {"text": "More chairs", "name": "Li Min"} | {field: typed})

    assert answer.status_code == 422
    assert "Li Min" in answer.content.decode()
    assert not Letter.objects.exists()


def test_a_contact_is_kept_as_one_reaches_it(client, center):
    client.post("/box/", {"text": "Hello", "contact": "138 1234 5678"})

    assert Letter.objects.get().address == "+8613812345678"


@pytest.mark.parametrize("name", ["../../etc/passwd.png", "beach.jpg"])
def test_a_photo_is_drawn_anew_and_lies_where_nobody_reads_it(client, center, papers, name):
    client.post("/box/", {"text": "Look", "photo": photo(name)})

    letter = Letter.objects.get()
    [kept] = [each for each in papers.rglob("*") if each.is_file()]
    assert kept == papers / letter.photo.name
    assert kept.suffix == ".jpg"
    with Image.open(kept) as drawn:
        assert (drawn.format, drawn.size, dict(drawn.getexif())) == ("JPEG", (60, 40), {})
    assert b"Where I live" not in kept.read_bytes()


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("photo.jpg", b"<?php echo 1;", "image/jpeg"),
        SimpleUploadedFile("photo.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "image/gif"),
        SimpleUploadedFile("photo.png", photo().read()[:60], "image/png"),
        SimpleUploadedFile("huge.jpg", b"\xff\xd8" + b"0" * (10 * 1024 * 1024)),
        bomb(),
    ],
    ids=["a program", "another kind", "half of one", "too heavy", "too many dots"],
)
def test_what_is_no_photo_is_refused_beside_the_field(client, center, papers, file):
    file.seek(0)
    answer = client.post("/box/", {"text": "Look at this", "photo": file})

    assert answer.status_code == 422
    assert "Look at this" in answer.content.decode()
    assert not Letter.objects.exists()
    assert not papers.exists()


def test_a_picture_that_is_transparent_becomes_white(client, center, papers):
    clear = BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(clear, "PNG")

    client.post("/box/", {"text": "L", "photo": SimpleUploadedFile("a.png", clear.getvalue())})

    with Image.open(papers / Letter.objects.get().photo.name) as drawn:
        assert drawn.getpixel((5, 5)) == (255, 255, 255)


def test_nobody_writes_where_no_center_is(client):
    assert client.get("/box/").status_code == 200
    assert client.post("/box/", {"text": "Hello"}).status_code == 422


@pytest.mark.parametrize("address", ["/box/answer/", "/box/1/", "/box/1/sent/", "/box/mine/"])
def test_pages_to_read_are_only_read(client, center, address):
    client.force_login(UserFactory())

    assert client.post(address).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_my_letters_cost_the_same_however_many(client, django_assert_num_queries, center, count):
    user = User.objects.get(pk=UserFactory().pk)
    LetterFactory.create_batch(count, center=center, user=user, need=NeedFactory(center=center))
    client.force_login(user)
    client.get("/box/mine/")

    with django_assert_num_queries(6):
        client.get("/box/mine/")


def test_elders_read_the_same_page(client, center):
    client.cookies["elder"] = "1"

    page = client.get("/box/").content.decode()

    assert 'name="text"' in page
