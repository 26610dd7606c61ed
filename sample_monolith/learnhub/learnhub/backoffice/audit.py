from functools import wraps

from django.http import HttpResponseForbidden

from learnhub.backoffice.models import AuditEntry


def record(actor, action, target):
    return AuditEntry.objects.create(actor=actor, action=action, target=str(target))


def latest(limit=50):
    return list(AuditEntry.objects.select_related("actor").order_by("-created_at")[:limit])


def staff_only(view):
    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if not (request.user.is_authenticated and request.user.is_staff):
            return HttpResponseForbidden("Staff only")
        return view(request, *args, **kwargs)

    return wrapper
