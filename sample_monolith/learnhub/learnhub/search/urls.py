from django.urls import path

from learnhub.search import views

urlpatterns = [
    path("", views.results, name="search"),
    path("suggest.json", views.suggest, name="suggest"),
]
