from learnhub.accounts.models import User
from learnhub.assessments.models import Attempt
from learnhub.enrolment.models import Enrolment

HEADER = ("name", "email", "status", "since")
PEOPLE = ("email", "department", "certificates")


def course_rows(course):
    rows = []
    for enrolment in Enrolment.objects.filter(course=course).order_by("-created_at"):
        person = enrolment.user
        rows.append((person.full_name, person.email, enrolment.status, enrolment.created_at.date()))
    return rows


def quiz_rows(quiz):
    attempts = Attempt.objects.filter(quiz=quiz).select_related("user").order_by("-submitted_at")
    return [(attempt.user.full_name, attempt.score, attempt.passed) for attempt in attempts]


def people_rows(organisation):
    people = User.objects.filter(organisation=organisation).select_related("department")
    for user in people.prefetch_related("certificates"):
        department = user.department.name if user.department else ""
        yield user.email, department, len(user.certificates.all())
