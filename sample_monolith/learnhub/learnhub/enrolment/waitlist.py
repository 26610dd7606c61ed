from learnhub.common.errors import CohortFull
from learnhub.enrolment.cohorts import free_seats
from learnhub.enrolment.models import WaitlistEntry
from learnhub.enrolment.services import enrol


def join_cohort(user, cohort):
    if free_seats(cohort) > 0:
        return enrol(user, cohort.course, "cohort", cohort)
    WaitlistEntry.objects.get_or_create(cohort=cohort, user=user)
    raise CohortFull(f"{cohort.name} is full, you are on the waiting list")


def seat_became_free(cohort):
    """The one who waits longest moves up."""
    first = WaitlistEntry.objects.filter(cohort=cohort).select_related("user").order_by("created_at").first()
    if first is None:
        return None
    enrolment = enrol(first.user, cohort.course, "waitlist", cohort)
    first.delete()
    return enrolment
