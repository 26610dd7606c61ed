from learnhub.accounts.services import display_name
from learnhub.common.clock import now
from learnhub.notifications.delivery import queue_email
from learnhub.notifications.models import Notification, Preference
from learnhub.notifications.texts import render


def notify(user, kind, **values):
    text = render(kind, values)
    notification = Notification.objects.create(user=user, kind=kind, text=text)
    if wants_email(user):
        queue_email(user.email, f"{display_name(user)}, there is news", text)
    return notification


def wants_email(user):
    preference = Preference.objects.filter(user=user).first()
    return preference is None or (preference.by_email and preference.digest == Preference.NEVER)


def set_preference(user, digest, by_email):
    return Preference.objects.update_or_create(user=user, defaults={"digest": digest, "by_email": by_email})[0]


def unread(user):
    return Notification.objects.filter(user=user, read_at=None).order_by("-created_at")


def mark_read(user):
    return Notification.objects.filter(user=user, read_at=None).update(read_at=now())
