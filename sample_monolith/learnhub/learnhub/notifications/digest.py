from learnhub.notifications.delivery import queue_email
from learnhub.notifications.models import Notification, Preference


def send_all():
    sent = 0
    for preference in Preference.objects.filter(digest=Preference.DAILY):
        news = list(Notification.objects.filter(user=preference.user_id, read_at=None))
        if news:
            lines = [f"* {notification.text}" for notification in news]
            queue_email(preference.user.email, "Your day at LearnHub", "\n".join(lines))
            sent += 1
    return sent
