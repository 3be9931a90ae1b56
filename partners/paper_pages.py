"""Papers of partners, handed out as downloads to whoever may read them, and never shown."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partners.models import Paper

# Should a browser open it all the same, nothing in it may run or load anything.
NOTHING_RUNS = "default-src 'none'; sandbox"


@require_safe
@never_cache
def paper(request, pk):
    paper = get_object_or_404(Paper.objects.visible_to(request.user), pk=pk)
    try:
        with paper.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError as gone:
        raise Http404 from gone
    return HttpResponse(
        content,
        content_type=paper.kind,
        headers={
            "Content-Disposition": content_disposition_header(True, paper.name),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": NOTHING_RUNS,
        },
    )
