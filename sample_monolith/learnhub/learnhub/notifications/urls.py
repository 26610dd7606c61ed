from django.urls import path

from learnhub.notifications import views

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read, name="mark-read"),
    path("preferences/", views.preferences, name="preferences"),
]
