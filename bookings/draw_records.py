"""What is published of a draw, and whether all of it fits together."""

from django.utils.dateparse import parse_datetime

from bookings import lots


def record_of(draw):
    """All that is public by now, as plain JSON; the secret is among it once it is drawn."""
    record = {
        "activity": draw.activity_id,
        "title": draw.activity.title,
        "session": draw.session_id,
        "starts_at": _text(draw.session and draw.session.starts_at),
        "commitment": draw.commitment,
        "committed_at": _text(draw.committed_at),
        "number_source": draw.number_source,
        "closes_at": _text(draw.closes_at),
        "number_due_at": _text(draw.number_due_at),
        "weighs_past": draw.weighs_past,
    }
    if draw.frozen_at:
        record |= {
            "frozen_at": _text(draw.frozen_at),
            "entries": draw.entries,
            "entries_sha256": lots.sha256(lots.entries_text(draw.entries)),
            "terms": draw.terms,
        }
    if draw.drawn_at:
        record |= {
            "secret": draw.secret,
            "public_number": draw.public_number,
            "number_at": _text(draw.number_at),
            "seed": draw.seed,
            "drawn_at": _text(draw.drawn_at),
            "result": draw.result,
        }
    return record


def differences(record):
    """What does not follow from the rest of the record, in words; nothing where all is right."""
    if "drawn_at" not in record:
        return [*_of_list(record)]
    return [*_of_moments(record), *_of_list(record), *_of_seed(record), *_of_result(record)]


def _of_moments(record):
    steps = ("committed_at", "closes_at", "frozen_at", "number_at", "drawn_at")
    moments = [parse_datetime(record[step]) for step in steps]
    for step, earlier, later in zip(steps[1:], moments, moments[1:], strict=False):
        if later < earlier:
            yield f"{step} is before the step that precedes it"
    if moments[3] < parse_datetime(record["number_due_at"]):
        yield "the number was typed in before it came out"


def _of_list(record):
    if "entries" not in record:
        return
    entries = record["entries"]
    references = [reference for reference, _people, _lots in entries]
    if references != sorted(set(references)):
        yield "the references are not sorted, or one is there twice"
    if any(people < 1 or n < 1 for _reference, people, n in entries):
        yield "an application has no people or no lots"
    if not record["weighs_past"] and any(n != 1 for _reference, _people, n in entries):
        yield "an application has more than one lot, which was not announced"
    if lots.sha256(lots.entries_text(entries)) != record["entries_sha256"]:
        yield "the hash of the list of applications is another one"


def _of_seed(record):
    if lots.sha256(record["secret"]) != record["commitment"]:
        yield "the secret is not the one whose hash was published before"
    if lots.digits_of(record["public_number"]) != record["public_number"]:
        yield "the public number is not written in digits only"
    seed = lots.seed_of(record["secret"], record["public_number"], record["entries"])
    if seed != record["seed"]:
        yield "the seed does not follow from secret, number and applications"


def _of_result(record):
    result, terms = record["result"], record["terms"]
    seed = lots.seed_of(record["secret"], record["public_number"], record["entries"])
    order = lots.in_drawn_order(seed, record["entries"])
    if [reference for reference, _outcome in result["order"]] != order:
        yield "the order is not the one that was drawn"
        return
    places = result["places"]
    for session, free in terms["places"].items():
        if session in places and places[session] < free:
            yield f"fewer places were given in session {session} than at closing"
    wants = {reference: dict.fromkeys(places, n) for reference, n, _lots in record["entries"]}
    expected = lots.outcomes(
        order,
        wants | result["changed"],
        places,
        smaller_may_pass=terms["smaller_may_pass"],
        has_waitlist=terms["has_waitlist"],
    )
    for (reference, outcome), (_same, drawn) in zip(result["order"], expected, strict=True):
        if outcome != drawn:
            yield f"{reference} is {outcome}, and should be {drawn}"


def _text(moment):
    return moment and moment.isoformat()
