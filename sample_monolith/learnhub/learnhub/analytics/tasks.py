from collections import Counter

from celery import shared_task

from learnhub.accounts.models import Organisation
from learnhub.analytics.holidays import is_working_day
from learnhub.analytics.models import ActivityEvent, DailyStat
from learnhub.common.clock import days_ago, today
from learnhub.enrolment.progress import finished_since


@shared_task
def store_daily_stats():
    day = today()
    since = days_ago(1)
    enrolments = Counter(
        ActivityEvent.objects.filter(kind="enrolled", created_at__gte=since).values_list("organisation_id", flat=True)
    )
    lessons = Counter(finished_since(since).values_list("enrolment__user__organisation_id", flat=True))
    stats = [
        DailyStat(
            organisation=organisation,
            day=day,
            lessons=lessons[organisation.pk],
            enrolments=enrolments[organisation.pk],
            working_day=is_working_day(day),
        )
        for organisation in Organisation.objects.filter(is_active=True)
    ]
    DailyStat.objects.bulk_create(stats)
    return len(stats)
