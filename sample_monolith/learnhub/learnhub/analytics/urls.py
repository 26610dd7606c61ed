from django.urls import path

from learnhub.analytics import views

urlpatterns = [
    path("", views.overview, name="analytics"),
    path("departments.csv", views.departments_csv, name="departments-csv"),
    path("learners/", views.learners, name="learners"),
    path("learners.csv", views.learners_csv, name="learners-csv"),
    path("events/<slug:kind>/", views.events, name="events"),
]
