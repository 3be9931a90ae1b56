"""Who is signed in: asked on every page, so by a statement that is ready."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from prepared import prepared


class Backend(AuthenticationBackend):
    def get_user(self, user_id):
        found = [user for user in _user(user_id) if self.user_can_authenticate(user)]
        return found[0] if found else None


@prepared
def _user(pk):
    return User.objects.filter(pk=pk)
