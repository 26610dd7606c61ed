from django.db.models import Count, F, Q

from learnhub.common.clock import days_from_today, today
from learnhub.enrolment.models import Cohort, Enrolment

RUNNING = Q(enrolments__status=Enrolment.ACTIVE)


def plan_cohort(course, name, in_days=14, capacity=20):
    return Cohort.objects.create(course=course, name=name, starts_on=days_from_today(in_days), capacity=capacity)


def free_seats(cohort):
    return cohort.capacity - len(Enrolment.objects.filter(cohort=cohort, status=Enrolment.ACTIVE))


def upcoming(course):
    return Cohort.objects.filter(course=course, starts_on__gte=today()).order_by("starts_on")


def with_free_seats():
    """For the nightly run over all waiting lists."""
    taken = Cohort.objects.filter(starts_on__gte=today()).annotate(taken=Count("enrolments", filter=RUNNING))
    return taken.filter(taken__lt=F("capacity")).select_related("course")
