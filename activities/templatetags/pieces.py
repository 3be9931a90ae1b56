"""The pieces of a page that are for its reader alone; every template may say `own`."""

from django import template

from activities.shells import MARK, Piece

register = template.Library()


@register.simple_tag(takes_context=True)
def own(context, name, **values):
    """Like `include`, but left open in a shell that is kept for everybody."""
    pieces = getattr(context.get("request"), "pieces", None)
    if pieces is not None:
        pieces.append(Piece(name, values))
        return MARK
    with context.push(**values):
        return context.template.engine.get_template(name).render(context)
