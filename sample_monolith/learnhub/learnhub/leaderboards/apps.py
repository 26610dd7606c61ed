from django.apps import AppConfig


class LeaderboardsConfig(AppConfig):
    name = "learnhub.leaderboards"

    def ready(self):
        from learnhub.leaderboards import signals  # noqa: F401
