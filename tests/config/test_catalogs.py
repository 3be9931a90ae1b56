import gettext
import os

import pytest
from babel.messages.pofile import PoFileError

from config.catalogs import compile_catalogs


@pytest.fixture
def catalog(tmp_path):
    catalog = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    catalog.parent.mkdir(parents=True)
    write(catalog, "报名")
    return catalog


def write(catalog, word):
    catalog.write_text(
        f'msgid ""\nmsgstr ""\n"Language: zh_Hans\\n"\n\nmsgid "Book"\nmsgstr "{word}"\n'
    )


def meaning(catalog):
    with catalog.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext("Book")


def test_a_catalog_is_compiled(catalog, tmp_path):
    compile_catalogs(tmp_path)

    assert meaning(catalog) == "报名"


def test_what_did_not_change_is_left_alone(catalog, tmp_path):
    compile_catalogs(tmp_path)
    before = catalog.with_suffix(".mo").stat()

    compile_catalogs(tmp_path)

    assert catalog.with_suffix(".mo").stat() == before


def test_what_changed_is_compiled_again(catalog, tmp_path):
    compile_catalogs(tmp_path)
    write(catalog, "预约")
    later = catalog.with_suffix(".mo").stat().st_mtime + 1
    os.utime(catalog, (later, later))

    compile_catalogs(tmp_path)

    assert meaning(catalog) == "预约"


def test_a_broken_catalog_is_not_passed_over(catalog, tmp_path):
    catalog.write_text('msgid "Book"\n报名\n')

    with pytest.raises(PoFileError):
        compile_catalogs(tmp_path)
