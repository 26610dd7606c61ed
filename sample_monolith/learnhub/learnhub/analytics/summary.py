from learnhub.accounts.models import Department, User
from learnhub.analytics.models import DailyStat
from learnhub.common.clock import days_ago
from learnhub.enrolment.models import Enrolment


def organisation_summary(organisation):
    """One row for each department, as the head of learning wants to see it."""
    rows = []
    for department in Department.objects.filter(organisation=organisation):
        people = User.objects.filter(department=department, is_active=True).count()
        running = Enrolment.objects.filter(user__department=department, status=Enrolment.ACTIVE).count()
        finished = Enrolment.objects.filter(user__department=department, status=Enrolment.COMPLETED).count()
        rows.append({"department": department.name, "people": people, "running": running, "finished": finished})
    return rows


def recent_days(organisation, days=30):
    rows = DailyStat.objects.filter(organisation=organisation, day__gte=days_ago(days).date())
    return list(rows.order_by("day"))
