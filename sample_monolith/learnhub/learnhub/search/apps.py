from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "learnhub.search"

    def ready(self):
        from learnhub.search import signals  # noqa: F401
