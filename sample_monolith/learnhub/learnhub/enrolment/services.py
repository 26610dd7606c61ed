from django.db.models import F

from learnhub.analytics.tracking import track
from learnhub.common.clock import now
from learnhub.common.errors import NotAllowed, NotPublished
from learnhub.courses.models import Course
from learnhub.enrolment.models import Enrolment


def enrol(user, course, source="self", cohort=None):
    if course.status != Course.PUBLISHED:
        raise NotPublished(f"{course.title} is not open yet")
    enrolment, created = Enrolment.objects.get_or_create(
        user=user, course=course, defaults={"source": source, "cohort": cohort}
    )
    if created:
        Course.objects.filter(pk=course.pk).update(enrolled_count=F("enrolled_count") + 1)
        track("enrolled", user, course=course.slug)
    return enrolment


def enrol_or_ask_for_money(user, course):
    """Free courses start at once, all others need a paid invoice."""
    from learnhub.billing.checkout import has_paid_for

    if course.price_cents and not has_paid_for(user.organisation_id, course):
        raise NotAllowed(f"{course.title} has to be bought first")
    return enrol(user, course)


def current_enrolments(user):
    return list(Enrolment.objects.filter(user=user, status=Enrolment.ACTIVE).select_related("course"))


def cancel(enrolment):
    from learnhub.enrolment.waitlist import seat_became_free

    enrolment.status = Enrolment.CANCELLED
    enrolment.ended_at = now()
    enrolment.save(update_fields=["status", "ended_at", "updated_at"])
    Course.objects.filter(pk=enrolment.course_id).update(enrolled_count=F("enrolled_count") - 1)
    if enrolment.cohort_id:
        seat_became_free(enrolment.cohort)
