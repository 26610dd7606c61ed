from django.urls import path

from learnhub.billing import views

urlpatterns = [
    path("", views.invoices, name="invoices"),
    path("ledger.csv", views.ledger, name="ledger"),
    path("plans/<slug:code>/", views.change_plan, name="change-plan"),
    path("buy/<slug:slug>/", views.buy, name="buy"),
    path("<str:number>/pay/", views.pay, name="pay"),
]
