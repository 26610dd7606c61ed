from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseForbidden

from learnhub.common.errors import NotAllowed
from learnhub.permissions.models import PermissionNode, RoleGrant
from learnhub.permissions.tree import effective_codes


def allows(user, code):
    return user.is_superuser or code in effective_codes(user)


def requires(code):
    def decorate(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if not allows(request.user, code):
                return HttpResponseForbidden(f"You need the right {code}")
            return view(request, *args, **kwargs)

        return login_required(wrapper)

    return decorate


def grant(user, code, by):
    if not allows(by, code):
        raise NotAllowed(f"Only who holds {code} can pass it on")
    node = PermissionNode.objects.get(code=code)
    return RoleGrant.objects.get_or_create(user=user, node=node, defaults={"granted_by": by})[0]


def revoke(user, code):
    node = PermissionNode.objects.get(code=code)
    RoleGrant.objects.filter(user=user, node=node).delete()
