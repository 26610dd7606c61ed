from django.urls import path

from learnhub.leaderboards import views

urlpatterns = [
    path("", views.board, name="leaderboard"),
    path("me/", views.me, name="my-place"),
    path("top.json", views.top, name="leaderboard-top"),
]
