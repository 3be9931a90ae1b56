"""A page that looks the same to all who are signed in, but for a few pieces.

What is the same, the shell, is drawn for nobody in particular and kept as long as a visitor's
page (`page_cache`). For each reader only the pieces are drawn: what a template says with
`{% own "piece.html" %}`. Staff see their pages drawn whole.
"""

import copy
from dataclasses import asdict, dataclass
from functools import wraps
from typing import Any

from django.core.cache import caches
from django.http import HttpResponse
from django.template import RequestContext, engines

from accounts import looks
from accounts.page_cache import SECONDS, carries_a_secret, key_of

# Stands for a piece in a shell. No page has one: no address does, and no text in PostgreSQL.
MARK = "\0"


class Somebody:
    """Whoever reads a shell. Without a name or a key, so that nothing of anybody gets into it."""

    is_authenticated = is_active = True
    is_anonymous = is_staff = is_superuser = False

    def __init__(self, look):
        vars(self).update(asdict(look))


@dataclass
class Piece:
    template: str
    values: dict[str, Any]


@dataclass
class Shell:
    """A page cut at its pieces."""

    parts: list[str]
    pieces: list[Piece]

    def for_reader(self, request):
        """The page with the pieces of whoever asks for it."""
        engine = engines["django"].engine
        context = RequestContext(request)
        page = [self.parts[0]]
        for piece, part in zip(self.pieces, self.parts[1:], strict=True):
            template = engine.get_template(piece.template)
            with context.bind_template(template), context.push(**piece.values):
                page += [template.render(context), part]
        return "".join(page)


def kept_for_readers(view):
    """For views whose answer depends, its pieces apart, on address, language and look alone."""

    @wraps(view)
    def kept(request, *args, **kwargs):
        user = request.user
        if request.method != "GET" or not user.is_authenticated or user.is_staff or request.htmx:
            return view(request, *args, **kwargs)
        key = f"shell-{key_of(request, looks.of(request))}"
        shell = caches["here"].get(key)
        if shell is None:
            stranger = _stranger(request)
            response = view(stranger, *args, **kwargs)
            if response.status_code != 200 or carries_a_secret(stranger, response):
                return view(request, *args, **kwargs)
            shell = Shell(response.content.decode().split(MARK), stranger.pieces)
            caches["here"].set(key, shell, SECONDS)
        return HttpResponse(shell.for_reader(request))

    return kept


def _stranger(request):
    """The same request by somebody who is signed in and has no name, no cookie and no token."""
    stranger = copy.copy(request)
    stranger.user = Somebody(looks.of(request))
    stranger.COOKIES, stranger.session = {}, {}
    stranger.META = {name: value for name, value in request.META.items() if "COOKIE" not in name}
    stranger.pieces = []
    return stranger
