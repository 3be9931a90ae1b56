"""The whole site, and pages whose database misbehaves."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import path

from config.urls import handler400, handler429, handler500, urlpatterns
from venues.models import District

tries = []


@login_not_required
def rename(request):
    """Rename the first district, with little patience for whoever else does."""
    tries.append(request.POST.get("name"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        district = District.objects.select_for_update(no_key=True).get()
        district.name = request.POST["name"]
        district.save()
    return HttpResponse("renamed")


@login_not_required
def read(request):
    """Read the name over a connection that breaks the first time."""
    tries.append("read")
    if len(tries) == 1:
        break_connection()
    return HttpResponse(District.objects.get().name)


@login_not_required
def write(request):
    tries.append("write")
    break_connection()
    District.objects.update(name="never")


@login_not_required
def fail(request):
    raise RuntimeError("A fault of ours")


def who(request):
    return HttpResponse("somebody" if request.user.is_authenticated else "nobody")


def break_connection():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


urlpatterns = [
    *urlpatterns,
    path("test/rename/", rename),
    path("test/read/", read),
    path("test/write/", write),
    path("test/who/", who),
    path("test/fail/", fail),
]
__all__ = ["handler400", "handler429", "handler500", "urlpatterns"]
