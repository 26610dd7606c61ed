"""LearnHub: courses, progress and certificates for companies."""

from learnhub.celery import app as celery_app

__all__ = ["celery_app"]
