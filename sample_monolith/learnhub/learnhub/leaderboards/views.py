from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import render

from learnhub.common.web import page_of
from learnhub.leaderboards import ranking
from learnhub.leaderboards.models import BadgeAward


@login_required
def board(request):
    rows = page_of(request, ranking.standings(request.organisation), 50)
    return render(request, "leaderboards/board.html", {"rows": rows})


@login_required
def me(request):
    badges = BadgeAward.objects.filter(user=request.user).select_related("badge")
    return render(request, "leaderboards/me.html", {"place": ranking.place_of(request.user), "badges": badges})


@login_required
def top(request):
    """The little box on everybody's start page asks every minute."""
    return JsonResponse({"top": ranking.standings(request.organisation)[:3]})
