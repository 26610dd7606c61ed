# From the best to the worst; certificates show the name.
BANDS = (
    (95, "distinction"),
    (85, "merit"),
    (75, "credit"),
    (60, "pass"),
    (0, "participation"),
)


def band(percent):
    return next(name for lowest, name in BANDS if percent >= lowest)


def percent_of(points, possible):
    return round(100 * points / possible) if possible else 0


def points_of(attempt):
    """Points reached and points possible."""
    reached = possible = 0
    for answer in attempt.answers.all():
        possible += answer.question.points
        if answer.choice.is_correct:
            reached += answer.question.points
    return reached, possible
