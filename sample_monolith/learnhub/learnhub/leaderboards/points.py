from django.db.models import Sum

from learnhub.common.clock import today
from learnhub.leaderboards.levels import level
from learnhub.leaderboards.models import Badge, BadgeAward, PointEvent, Season
from learnhub.notifications.models import Notification


def current_season():
    return Season.objects.filter(ends_on__gte=today()).order_by("ends_on").first()


def award(user, points, reason):
    season = current_season()
    if season is None:
        return None
    event = PointEvent.objects.create(user=user, season=season, points=points, reason=reason)
    award_badge(user, points_of(user, season))
    return event


def points_of(user, season):
    return PointEvent.objects.filter(user=user, season=season).aggregate(total=Sum("points"))["total"] or 0


def award_badge(user, total):
    badge = Badge.objects.filter(threshold__lte=total).order_by("-threshold").first()
    if badge is None:
        return
    _, new = BadgeAward.objects.get_or_create(user=user, badge=badge)
    if new:
        Notification.objects.create(user=user, kind="badge", text=f"You earned {badge.name}, {level(total)}!")
