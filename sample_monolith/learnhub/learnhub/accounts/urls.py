from django.urls import path

from learnhub.accounts import views

urlpatterns = [
    path("", views.home, name="home"),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
    path("people/<int:pk>/remove/", views.remove, name="remove-person"),
    path("signup/", views.signup, name="signup"),
    path("organisation/rename/", views.rename, name="rename-organisation"),
    path("join/<str:token>/", views.join, name="join"),
]
