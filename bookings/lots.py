"""The order in which lots are drawn: plain hashes, so that anybody can do it again by hand.

Every hash is a SHA-256 of the text as it is written here, in UTF-8, as 64 hexadecimal digits:

- the commitment, of the secret;
- the list of applications, of a line `reference people lots` for each, in the order of the
  references, each line ended by a line feed;
- the seed, of a line with the secret, a line with the public number, and that list;
- a lot, of `seed|reference|n`, where n counts the lots of an application from 1.

An application stands where its smallest lot stands. So each lot has the same chance to be the
next, an application with two has twice that chance, and nothing is rounded.
"""

import hashlib
import unicodedata

# What becomes of an application.
PLACED, WAITING, NOT_DRAWN, WITHDRAWN = "placed", "waiting", "not_drawn", "withdrawn"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def digits_of(number: str) -> str:
    """The number that counts: nothing but its digits, however somebody sets them apart.

    So a number has one form, and nobody can try out which blank or comma suits them.
    """
    plain = unicodedata.normalize("NFKC", number)
    return "".join(letter for letter in plain if letter in "0123456789")


def entries_text(entries) -> str:
    return "".join(f"{reference} {people} {lots}\n" for reference, people, lots in sorted(entries))


def seed_text(secret: str, number: str, entries) -> str:
    return f"{secret}\n{number}\n{entries_text(entries)}"


def seed_of(secret: str, number: str, entries) -> str:
    return sha256(seed_text(secret, number, entries))


def lot(seed: str, reference: str, n: int) -> str:
    return sha256(f"{seed}|{reference}|{n}")


def in_drawn_order(seed: str, entries) -> list[str]:
    """The references, whoever is drawn first in front."""
    best = {
        reference: min(lot(seed, reference, n) for n in range(1, lots + 1))
        for reference, _people, lots in entries
    }
    return sorted(best, key=lambda reference: (best[reference], reference))


def outcomes(order, wants, places, *, smaller_may_pass, has_waitlist) -> list[list[str]]:
    """[[reference, what becomes of it]] where `places` ({session: people}) are given in order.

    `wants` says {reference: {session: people}}, with nothing for whoever has withdrawn. A
    party gets all of its places or none; the first that does not fit bars those behind it,
    unless smaller parties may pass. This is how the waitlist is served, too: the draw itself
    leaves it to `bookings.waitlist`, and this is for those who check it.
    """
    free, is_barred, found = dict(places), False, []
    for reference in order:
        wanted = wants[reference]
        if not wanted:
            found.append([reference, WITHDRAWN])
        elif not is_barred and all(free.get(each, 0) >= people for each, people in wanted.items()):
            for each, people in wanted.items():
                free[each] -= people
            found.append([reference, PLACED])
        else:
            is_barred = not smaller_may_pass
            found.append([reference, WAITING if has_waitlist else NOT_DRAWN])
    return found
