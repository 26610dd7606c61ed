from celery import shared_task

from learnhub.search.indexing import refresh


@shared_task
def refresh_stale():
    return refresh()
