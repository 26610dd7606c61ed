from django.urls import path

from learnhub.courses import views

urlpatterns = [
    path("", views.index, name="courses"),
    path("new/", views.create, name="create-course"),
    path("widget/", views.widget, name="course-widget"),
    path("lessons/<int:pk>/", views.lesson, name="lesson"),
    path("<slug:slug>/", views.detail, name="course"),
    path("<slug:slug>/sections/", views.add_section, name="add-section"),
    path("<slug:slug>/publish/", views.publish, name="publish-course"),
]
