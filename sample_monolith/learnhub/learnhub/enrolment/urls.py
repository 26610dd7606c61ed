from django.urls import path

from learnhub.enrolment import views

urlpatterns = [
    path("cohorts/<int:pk>/join/", views.join_cohort, name="join-cohort"),
    path("<slug:slug>/", views.learn, name="learn"),
    path("<slug:slug>/enrol/", views.enrol, name="enrol"),
    path("<slug:slug>/lessons/<int:pk>/", views.complete, name="complete-lesson"),
    path("<slug:slug>/cancel/", views.cancel, name="cancel-enrolment"),
]
