from django.core.cache import cache

from learnhub.accounts.models import Organisation, User
from learnhub.billing.models import Plan, Subscription
from learnhub.common.clock import days_from_today
from learnhub.common.errors import SeatLimitReached

GRACE_SEATS = 2


def seats_used(organisation):
    ids = cache.get(f"org:{organisation.pk}:people")
    if ids is None:
        ids = list(User.objects.filter(organisation=organisation, is_active=True).values_list("pk", flat=True))
        cache.set(f"org:{organisation.pk}:people", ids, 600)
    return len(ids)


def check_seats(organisation, wanted=1):
    if seats_used(organisation) + wanted > organisation.seats + GRACE_SEATS:
        raise SeatLimitReached(f"{organisation.name} has no free seat")


def apply_plan(organisation, plan: Plan):
    """The number of seats follows the plan, whoever changed it."""
    Subscription.objects.update_or_create(
        organisation=organisation, defaults={"plan": plan, "renews_on": days_from_today(30)}
    )
    Organisation.objects.filter(pk=organisation.pk).update(seats=plan.seats)
    cache.delete(f"org:{organisation.pk}:people")
