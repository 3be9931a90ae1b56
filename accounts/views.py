"""My people: who I am here, and for whom I may book."""

from dataclasses import asdict

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import consents, looks, services
from accounts.forms import AdultForm, ChildForm, IntroductionForm, PersonForm, PreferencesForm
from accounts.models import Person, Role

# What is kept of a grown-up person.
KNOWN = ("name", "birth_date", "phone", "area")

require_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def people(request):
    cares = request.user.cares.active().select_related("person").filter(person__retired_at=None)
    return render(request, "accounts/people.html", {"cares": cares, "next": _next(request)})


@require_page
def me(request):
    """Before the first introduction the name; afterwards how the pages look and speak."""
    own = Person.objects.being(request.user).first()
    return _preferences(request, own) if own else _introduction(request)


def _introduction(request):
    form = IntroductionForm(request.POST or None, initial={"name": request.user.name})
    if form.is_valid():
        services.introduce(request.user, form.cleaned_data["name"])
        services.prefer(request.user, **_as_seen(request))
        return redirect(_next(request) or "home")
    return _page_of(form, request, "accounts/introduction.html")


def _preferences(request, own):
    user = request.user
    form = PreferencesForm(request.POST or None, initial=_as_seen(request))
    if form.is_valid():
        services.prefer(user, **form.cleaned_data)
        with translation.override(user.language):
            messages.success(request, _("This is how it is from now on."))
        return _with_preferences(redirect("accounts:me"), user)
    return _page_of(form, request, "accounts/me.html", own=own)


def _as_seen(request):
    """How the pages look and speak now: chosen before signing in, perhaps, and not in the profile."""
    return {"language": translation.get_language(), **asdict(looks.of(request))}


def _with_preferences(response, user):
    """The cookies say what the profile says, so that the next page already follows it."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        user.language,
        max_age=looks.REMEMBERED_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return looks.remember(response, **asdict(looks.of_profile(user)))


@require_page
def add_child(request):
    if "refuse" in request.POST:
        return render(request, "accounts/child_refused.html", {"next": _next(request)})
    form = ChildForm(request.POST or None)
    if form.is_valid() and (
        person := _unless_refused(form, services.add_child, request.user, **form.cleaned_data)
    ):
        return _added(request, person)
    return _page_of(form, request, "accounts/add_child.html")


@require_page
def add_relative(request):
    return _add_adult(request, "accounts/add_relative.html")


@require_page
def add_neighbor(request):
    return _add_adult(request, "accounts/add_neighbor.html")


def _add_adult(request, template):
    form = AdultForm(request.POST or None)
    if form.is_valid():
        known = {name: form.cleaned_data[name] for name in KNOWN}
        if person := _unless_refused(form, services.add_adult, request.user, **known):
            return _added(request, person)
    return _page_of(form, request, template)


def _added(request, person):
    messages.success(request, _("You can now book for %(name)s.") % {"name": person.name})
    address = _next(request)
    if not address:
        return redirect("accounts:people")
    return redirect(f"{address}{'&' if '?' in address else '?'}added={person.pk}")


@require_safe
def person(request, pk):
    care = _care(request, pk)
    given = care.person.consents.select_related("person")
    context = {"care": care, "person": care.person, "consents": given}
    return render(
        request,
        "accounts/person.html",
        context | {"stands_on": consents.CARE_STANDS_ON.get(care.role)},
    )


@require_page
def edit(request, pk):
    care = _care(request, pk)
    known = {name: getattr(care.person, name) for name in KNOWN}
    asks = care.role == Role.GUARDIAN and not consents.stands(care)
    form = PersonForm(request.POST or None, initial=known, asks_guardian=asks)
    if form.is_valid() and _unless_refused(
        form, services.correct, care.person, by=request.user, **form.cleaned_data
    ):
        return redirect("accounts:person", pk)
    return _page_of(form, request, "accounts/edit.html", care=care, person=care.person)


@require_page
def end(request, pk):
    """Taking somebody off the list is asked once more, because it is done in one tap."""
    care = _care(request, pk, role__in=(Role.GUARDIAN, Role.HELPER))
    if request.method == "POST":
        services.end_care(care)
        messages.success(
            request, _("%(name)s is no longer on your list.") % {"name": care.person.name}
        )
        return redirect("accounts:people")
    return render(request, "accounts/end.html", {"care": care, "person": care.person})


@require_safe
@login_not_required
def privacy(request):
    return render(request, "accounts/privacy.html", {"versions": consents.VERSIONS})


def _care(request, pk, **conditions):
    """How this user cares for that person; 404 for everybody else."""
    mine = request.user.cares.active().select_related("person").filter(person__retired_at=None)
    return get_object_or_404(mine, person=pk, **conditions)


def _unless_refused(form, service, *args, **kwargs):
    """What the service returns, or None with its reason on top of the form."""
    try:
        return service(*args, **kwargs)
    except services.Refused as refused:
        form.add_error(None, refused.reason)
        return None


def _page_of(form, request, template, **context):
    status = 422 if form.is_bound else 200
    context |= {"form": form, "next": _next(request)}
    return render(request, template, context, status=status)


def _next(request):
    """Where one came from, if that is a page of ours."""
    address = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours and address.startswith("/") else ""
