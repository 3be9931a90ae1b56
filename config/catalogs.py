"""Compiles the translations, without a need for GNU gettext; does nothing when nothing changed."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_catalogs(folder=LOCALE):
    for source in folder.glob("**/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            _compile(source, compiled)


def _compile(source, compiled):
    with source.open("rb") as file:
        catalog = read_po(file, abort_invalid=True)
    # A page that is served meanwhile reads the old catalog or the new one, never half of it.
    new = compiled.with_suffix(f".{os.getpid()}")
    with new.open("wb") as file:
        write_mo(file, catalog)
    new.rename(compiled)


if __name__ == "__main__":
    compile_catalogs()
