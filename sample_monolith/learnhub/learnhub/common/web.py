import csv
from functools import wraps

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect

from learnhub.common.errors import LearnHubError, NotAllowed

PAGE_SIZE = 25


def page_of(request, rows, size=PAGE_SIZE):
    return Paginator(rows, size).get_page(request.GET.get("page"))


def csv_response(filename, header, rows):
    response = HttpResponse(content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    writer = csv.writer(response)
    writer.writerow(header)
    writer.writerows(rows)
    return response


def friendly_errors(view):
    """Our own errors become a message and a way back, anything else a 500."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except NotAllowed as error:
            return HttpResponseForbidden(str(error))
        except LearnHubError as error:
            messages.error(request, str(error))
            return redirect("home")

    return wrapper
