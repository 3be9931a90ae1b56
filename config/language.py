"""Which language the pages speak: Chinese, unless somebody prefers English."""

from django.contrib.auth.decorators import login_not_required
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language


@csrf_exempt  # Its button stands on pages that are kept for everybody, so it has no token.
@login_not_required
@require_POST
def choose(request):
    """Remembered in a cookie; for who is signed in also for the messages we send."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and check_for_language(language):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return set_language(request)
