"""What the filters let one choose from: the categories and the open centers, by one statement."""

from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from activities.models import Category
from venues.models import Center


def choices():
    """{"category": [(slug, name)], "center": [(slug, name)]}, any of them first."""
    categories = Category.objects.order_by().values_list(
        Value("category"), "order", "pk", "slug", "name"
    )
    centers = Center.objects.open_to_public().order_by()
    centers = centers.values_list(Value("center"), Value(0), "pk", "slug", "name")
    found = {field: [("", _("Any"))] for field in ("category", "center")}
    for field, _order, _pk, slug, name in sorted(categories.union(centers, all=True)):
        found[field].append((slug, name))
    return found
