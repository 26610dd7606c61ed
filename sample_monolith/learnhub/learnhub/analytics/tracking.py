from learnhub.analytics.models import ActivityEvent


def track(kind, user, **payload):
    return ActivityEvent.objects.create(
        kind=kind, user=user, organisation_id=user.organisation_id if user else None, payload=payload
    )


def events_of_kind(organisation, kind, limit=50):
    rows = ActivityEvent.objects.filter(organisation=organisation, kind=kind).order_by("-created_at")
    return list(rows[:limit])
