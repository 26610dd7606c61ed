from django.urls import path

from learnhub.reporting import views

urlpatterns = [
    path("people.csv", views.people_csv, name="people-report"),
    path("revenue/", views.revenue, name="revenue-report"),
    path("ledger/", views.ledger_totals, name="ledger-totals"),
    path("quizzes/<int:pk>.csv", views.quiz, name="quiz-report"),
    path("courses/<slug:slug>/", views.course, name="course-report"),
]
