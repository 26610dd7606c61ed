from celery import shared_task

from learnhub.enrolment.cohorts import with_free_seats
from learnhub.enrolment.models import WaitlistEntry
from learnhub.enrolment.waitlist import seat_became_free


@shared_task
def promote_waitlists():
    waiting = set(WaitlistEntry.objects.values_list("cohort_id", flat=True))
    promoted = 0
    for cohort in with_free_seats():
        if cohort.pk in waiting and seat_became_free(cohort):
            promoted += 1
    return promoted
