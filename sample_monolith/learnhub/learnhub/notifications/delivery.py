from django.core.mail import EmailMessage

from learnhub.common.text import squash
from learnhub.notifications.models import Notification, OutboundEmail, Preference

BATCH = 100
MAX_TRIES = 3


def queue_email(to, subject, body):
    return OutboundEmail.objects.create(to=to, subject=squash(subject)[:200], body=body)


def send_batch():
    batch = list(OutboundEmail.objects.filter(status=OutboundEmail.PENDING).order_by("created_at")[:BATCH])
    for email in batch:
        deliver(email)
    OutboundEmail.objects.bulk_update(batch, ["status", "tries"])
    return len(batch)


def deliver(email):
    email.tries += 1
    try:
        EmailMessage(email.subject, email.body, to=[email.to]).send()
    except OSError:
        if email.tries >= MAX_TRIES:
            email.status = OutboundEmail.FAILED
    else:
        email.status = OutboundEmail.SENT


def send_digests():
    sent = 0
    for preference in Preference.objects.filter(digest=Preference.DAILY):
        news = list(Notification.objects.filter(user=preference.user_id, read_at=None))
        if news:
            lines = [f"* {notification.text}" for notification in news]
            queue_email(preference.user.email, "Your day at LearnHub", "\n".join(lines))
            sent += 1
    return sent
