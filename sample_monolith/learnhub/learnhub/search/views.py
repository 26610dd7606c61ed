from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import render

from learnhub.analytics.models import ActivityEvent
from learnhub.common.text import plain, squash
from learnhub.search import lookup
from learnhub.search.models import QueryLog


@login_required
def results(request):
    text = squash(request.GET.get("q", ""))
    courses = lookup.find(text) if text else []
    if text:
        QueryLog.objects.create(user=request.user, term=plain(text)[:80], hits=len(courses))
        ActivityEvent.objects.create(
            kind="searched", user=request.user, organisation=request.organisation, payload={"hits": len(courses)}
        )
    return render(request, "search/results.html", {"text": text, "cards": lookup.cards(courses)})


@login_required
def suggest(request):
    return JsonResponse({"words": lookup.suggest(request.GET.get("q", ""))})
