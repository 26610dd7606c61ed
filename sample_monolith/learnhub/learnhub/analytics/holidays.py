"""Days on which nobody is expected to learn. Refreshed by the data bot, do not edit."""

HOLIDAYS = {
    "2025": ("01-01", "04-18", "04-21", "05-01", "12-25", "12-26"),
    "2026": ("01-01", "04-03", "04-06", "05-01", "12-25", "12-26"),
}

SOURCE = "calendar 2026.10"


def is_holiday(day):
    return f"{day:%m-%d}" in HOLIDAYS.get(f"{day:%Y}", ())


def is_working_day(day):
    return day.weekday() < 5 and not is_holiday(day)
