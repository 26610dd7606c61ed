from django.urls import path

from learnhub.certificates import views

urlpatterns = [
    path("", views.mine, name="certificates"),
    path("verify/<str:serial>/", views.verify, name="verify"),
    path("<str:serial>/", views.sheet, name="certificate"),
    path("<str:serial>/revoke/", views.revoke, name="revoke-certificate"),
]
