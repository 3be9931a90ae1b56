"""Merge the fragments beside this file into the Chinese catalog and compile it."""
import pathlib, sys, fcntl
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

here = pathlib.Path(__file__).parent
target = here.parent / "zh_Hans" / "LC_MESSAGES" / "django.po"
with open("/tmp/boot/merge.lock", "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    catalog = Catalog(locale="zh_Hans", project="center", version="1", charset="utf-8")
    for part in [*sorted(here.glob("*.po")), target]:
        if not part.exists():
            continue
        try:
            with part.open("rb") as f:
                for m in read_po(f, locale="zh_Hans"):
                    if m.id and (any(m.string) if isinstance(m.string, tuple) else m.string):
                        old = catalog.get(m.id, m.context)
                        if old is None:
                            catalog.add(m.id, m.string, context=m.context, flags=m.flags - {"fuzzy"})
        except Exception as e:
            print("broken part", part, e, file=sys.stderr)
    with target.with_suffix(".mo").open("wb") as f:
        write_mo(f, catalog)
    print(len(catalog), "messages")
