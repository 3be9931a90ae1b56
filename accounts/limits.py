"""How often something may be done from one place, where nobody has to sign in for it.

Instead of puzzles, which keep out those who see or hear badly. The rates stand in
`ACCOUNT_RATE_LIMITS`; they are counted like those of signing in, also while Redis is down.
"""

from allauth.core.internal.ratelimit import consume

APP = "allauth.account"


def spend(request, action, *, only_look=False) -> bool:
    """Whether it may be done once more; with `only_look` that one is not counted."""
    return bool(consume(request, app=APP, action=action, limit_get=True, dry_run=only_look))
