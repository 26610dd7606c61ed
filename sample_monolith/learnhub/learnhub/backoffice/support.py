from learnhub.accounts.directory import find_user
from learnhub.backoffice.audit import record
from learnhub.common.errors import NotAllowed
from learnhub.courses.models import Course
from learnhub.enrolment.models import Enrolment
from learnhub.notifications.services import notify


def grant_course(staff, email, slug):
    """A free seat, when something went wrong with an order."""
    user = find_user(email)
    course = Course.objects.filter(slug=slug).first()
    if user is None or course is None:
        raise NotAllowed("No such person or course")
    enrolment = Enrolment(user=user, course=course, source="support")
    enrolment.save()
    record(staff, "grant", f"{slug} to {email}")
    notify(user, "granted", course=course.title)
    return enrolment


def reopen(staff, enrolment):
    enrolment.status = Enrolment.ACTIVE
    enrolment.ended_at = None
    enrolment.save()
    record(staff, "reopen", enrolment.pk)
