from datetime import date, datetime, timedelta

from django.utils import timezone


def now() -> datetime:
    return timezone.now()


def today() -> date:
    return timezone.now().date()


def days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def days_from_today(days: int) -> date:
    return today() + timedelta(days=days)


def month_start(day: date) -> date:
    return day.replace(day=1)
