from django.urls import path

from learnhub.backoffice import views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("grant/", views.grant, name="grant"),
    path("reopen/<int:pk>/", views.reopen, name="reopen"),
    path("refund/<str:number>/", views.refund, name="refund"),
]
