# Points from which on somebody is called that.
LEVELS = (
    (0, "newcomer"),
    (50, "explorer"),
    (150, "regular"),
    (400, "expert"),
    (900, "mentor"),
    (2000, "legend"),
)


def level(points):
    return [name for lowest, name in LEVELS if points >= lowest][-1]


def to_next(points):
    return next((lowest - points for lowest, _ in LEVELS if lowest > points), 0)
