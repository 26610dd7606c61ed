from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "learnhub.enrolment"
    # The app was called "learning" once; its tables still are.
    label = "learning"
