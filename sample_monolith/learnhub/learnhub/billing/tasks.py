from celery import shared_task

from learnhub.billing import dunning
from learnhub.billing.models import Subscription
from learnhub.common.clock import days_from_today, today


@shared_task
def chase_overdue():
    return dunning.chase()


@shared_task
def renew_subscriptions():
    due = list(Subscription.objects.filter(status="running", renews_on__lte=today()))
    for subscription in due:
        subscription.renews_on = days_from_today(30)
    Subscription.objects.bulk_update(due, ["renews_on"])
    return len(due)
