from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from learnhub.common.web import friendly_errors, page_of
from learnhub.courses import authoring, catalogue, services
from learnhub.courses.models import Category, Course, Lesson
from learnhub.permissions.checks import requires


@login_required
def index(request):
    slug = request.GET.get("category")
    category = get_object_or_404(Category, slug=slug) if slug else None
    rows = catalogue.listing(request.organisation, category)
    context = {"courses": page_of(request, rows, 12), "categories": catalogue.categories()}
    return render(request, "courses/index.html", context)


@login_required
def detail(request, slug):
    course = get_object_or_404(Course, slug=slug)
    context = {"course": course, "card": catalogue.card(course), "outline": services.outline(course)}
    return render(request, "courses/detail.html", context)


@login_required
def lesson(request, pk):
    found = get_object_or_404(Lesson.objects.select_related("section__course"), pk=pk)
    context = {"lesson": found, "course": found.section.course, "attachments": services.attachments_of(found)}
    return render(request, "courses/lesson.html", context)


@require_POST
@requires("courses.write")
@friendly_errors
def create(request):
    category = get_object_or_404(Category, slug=request.POST["category"])
    course = authoring.create_course(request.user, request.POST["title"], category, request.organisation)
    authoring.set_tags(course, request.POST.get("tags", "").split(","))
    return redirect("course", slug=course.slug)


@require_POST
@requires("courses.write")
@friendly_errors
def add_section(request, slug):
    course = get_object_or_404(Course, slug=slug)
    authoring.add_section(course, request.POST["title"], request.POST.get("lessons", "").splitlines())
    return redirect("course", slug=slug)


@require_POST
@requires("courses.publish")
@friendly_errors
def publish(request, slug):
    services.publish(get_object_or_404(Course, slug=slug))
    return redirect("course", slug=slug)


def widget(request):
    """The catalogue as companies embed it into their intranet."""
    return render(request, "courses/widget.html", {"courses": catalogue.listing(None)})
