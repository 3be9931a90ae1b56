"""Measure, with a table of ratios: `make bench`, or `make bench ARGS="rush catalog"`.

Everything runs on this machine, against a database of its own that is dropped at the end.
Ratios are of two things measured in the same run; absolute numbers are of this machine.
"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from bench import catalog, clashes, faults, pages, reminders, room_use, rooms, rush, transaction
from bench.database import bench_database
from bench.server import collect_static

MODULES = (rush, transaction, catalog, pages, reminders, clashes, rooms, room_use, faults)
SUBJECTS = {each.__name__.split(".")[1]: each for each in MODULES}


def main(names):
    collect_static()
    for name in names or SUBJECTS:
        with bench_database() as url:
            print(f"\n{name}: {SUBJECTS[name].__doc__.splitlines()[0]}")
            for what, number, budget in SUBJECTS[name].measure(url):
                print(f"  {what:<62} {number:>14}   {budget}", flush=True)


main(sys.argv[1:])
