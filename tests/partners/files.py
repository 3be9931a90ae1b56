"""Files that somebody might send, for tests."""

from io import BytesIO
from zlib import crc32

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(kind="PNG", size=(20, 20)):
    kept = BytesIO()
    Image.new("RGB", size).save(kept, kind)
    return kept.getvalue()


def bomb():
    """A few bytes that say they unfold into 900 million dots."""
    content = bytearray(picture())
    content[16:24] = (30_000).to_bytes(4, "big") * 2
    content[29:33] = crc32(content[12:29]).to_bytes(4, "big")
    return bytes(content)


def upload(name="license.pdf", content=PDF):
    return SimpleUploadedFile(name, content)
