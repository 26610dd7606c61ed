from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

urlpatterns = [
    path("", include("learnhub.accounts.urls")),
    path("login/", LoginView.as_view(template_name="login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("courses/", include("learnhub.courses.urls")),
    path("learning/", include("learnhub.enrolment.urls")),
    path("quizzes/", include("learnhub.assessments.urls")),
    path("certificates/", include("learnhub.certificates.urls")),
    path("leaderboards/", include("learnhub.leaderboards.urls")),
    path("analytics/", include("learnhub.analytics.urls")),
    path("billing/", include("learnhub.billing.urls")),
    path("notifications/", include("learnhub.notifications.urls")),
    path("search/", include("learnhub.search.urls")),
    path("reports/", include("learnhub.reporting.urls")),
    path("backoffice/", include("learnhub.backoffice.urls")),
    path("admin/", admin.site.urls),
]
