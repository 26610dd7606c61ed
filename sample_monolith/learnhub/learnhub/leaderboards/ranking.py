from learnhub.accounts.models import User
from learnhub.courses.models import Course
from learnhub.leaderboards.levels import level, to_next
from learnhub.leaderboards.points import current_season, points_of


def standings(organisation):
    """Everybody in the company, best first."""
    season = current_season()
    rows = []
    for user in User.objects.filter(organisation=organisation, is_active=True):
        points = points_of(user, season)
        rows.append({"pk": user.pk, "name": user.full_name, "points": points, "level": level(points)})
    return sorted(rows, key=lambda row: (-row["points"], row["name"]))


def place_of(user):
    rows = standings(user.organisation_id)
    for place, row in enumerate(rows, 1):
        if row["pk"] == user.pk:
            return {**row, "place": place, "of": len(rows), "to_next": to_next(row["points"])}
    return None
