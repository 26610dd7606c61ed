from celery import shared_task

from learnhub.notifications import delivery


@shared_task
def send_pending():
    return delivery.send_batch()


@shared_task
def send_digests():
    return delivery.send_digests()
