from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from learnhub.common.web import page_of
from learnhub.leaderboards.levels import level
from learnhub.leaderboards.ranking import place_of
from learnhub.notifications import services
from learnhub.notifications.texts import greeting


@login_required
def inbox(request):
    place = place_of(request.user)
    context = {
        "rows": page_of(request, services.unread(request.user)),
        "greeting": greeting(level(place["points"] if place else 0)),
    }
    return render(request, "notifications/inbox.html", context)


@require_POST
@login_required
def read(request):
    services.mark_read(request.user)
    return redirect("inbox")


@require_POST
@login_required
def preferences(request):
    services.set_preference(request.user, request.POST["digest"], "by_email" in request.POST)
    return redirect("inbox")
