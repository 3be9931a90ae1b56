"""Pages about the site itself: whether it lives, and what it says when something is wrong."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from config import embedded
from config.context import SITE_CENTER


@require_safe
@login_not_required
def accessibility(request):
    return render(request, "accessibility.html")


@never_cache
@login_not_required
def healthz(request):
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@login_not_required
def readyz(request):
    """Whether this process can serve: 503 and the reason, one line each, if not."""
    reasons = [reason for look in (_database, _broker) if (reason := look())]
    return HttpResponse(
        "\n".join(reasons) or "ok",
        content_type="text/plain; charset=utf-8",
        status=503 if reasons else 200,
    )


def _database():
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as error:
        return f"database: {_in_one_line(error)}"
    return f"migrations: {len(pending)} not applied" if pending else None


def _broker():
    try:
        url = settings.REDIS_URL or f"unix://{embedded.start(settings.VAR_DIR)}/redis"
        with Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=None) as redis:
            redis.ping()
    except (RedisError, embedded.NotStarted) as error:
        return f"broker: {_in_one_line(error)}"
    return None


def _in_one_line(error):
    return " ".join(str(error).split())


def not_understood(request, exception):
    return _alone("errors/400.html", status=400)


def something_went_wrong(request):
    return _alone("errors/500.html", status=500)


def _alone(template, context=None, **answer):
    """A page that asks neither database nor session; of the center it knows what is remembered."""
    center = caches["here"].get(SITE_CENTER)
    page = render_to_string(template, {"phone": center and center.phone, **(context or {})})
    return HttpResponse(page, **answer)


def csrf_failure(request, reason=""):
    return render(request, "errors/csrf.html", status=403)


def too_often(request):
    return render(request, "errors/429.html", status=429)


def too_many_at_once(request):
    """Offer the same form again, with nothing lost that was typed."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
    return render(request, "errors/503.html", {"fields": fields}, status=503)


def database_is_away(request):
    """Neither user nor center is known now, so the page stands on its own."""
    address = {"address": request.get_full_path()}
    return _alone("errors/database.html", address, status=503, headers={"Retry-After": "10"})
