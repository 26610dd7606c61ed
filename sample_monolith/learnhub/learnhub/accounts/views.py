from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from learnhub.accounts import invitations
from learnhub.accounts.directory import colleagues
from learnhub.accounts.models import User
from learnhub.accounts.services import offboard, register, rename_organisation
from learnhub.common.web import friendly_errors, page_of
from learnhub.enrolment.services import current_enrolments
from learnhub.permissions.checks import requires


@login_required
def home(request):
    return render(request, "accounts/home.html", {"enrolments": current_enrolments(request.user)})


@login_required
def people(request):
    context = {"people": page_of(request, colleagues(request.user))}
    if "people.invite" in request.codes:
        context["invitations"] = invitations.open_invitations(request.organisation)
    return render(request, "accounts/people.html", context)


@require_POST
@requires("people.invite")
@friendly_errors
def invite(request):
    invitations.invite(request.organisation, request.POST["email"], request.user)
    return redirect("people")


@require_POST
@requires("people.remove")
@friendly_errors
def remove(request, pk):
    offboard(get_object_or_404(User, pk=pk, organisation=request.organisation), by=request.user)
    return redirect("people")


@friendly_errors
def join(request, token):
    if request.method == "POST":
        login(request, invitations.accept(token, request.POST["full_name"], request.POST["password"]))
        return redirect("home")
    return render(request, "accounts/join.html", {"token": token})


@friendly_errors
def signup(request):
    if request.method == "POST":
        form = request.POST
        login(request, register(form["company"], form["email"], form["full_name"], form["password"]))
        return redirect("home")
    return render(request, "accounts/signup.html")


@require_POST
@requires("organisation.write")
def rename(request):
    rename_organisation(request.organisation, request.POST["name"])
    return redirect("people")
