from django.urls import path

from learnhub.assessments import views

urlpatterns = [
    path("<int:pk>/", views.quiz, name="quiz"),
    path("<int:pk>/submit/", views.submit, name="submit-quiz"),
    path("<int:pk>/questions/", views.add_question, name="add-question"),
    path("results/<int:pk>/", views.result, name="quiz-result"),
    path("lessons/<int:lesson_pk>/new/", views.create, name="create-quiz"),
]
