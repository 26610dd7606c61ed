from learnhub.permissions.tree import effective_codes


class OrganisationMiddleware:
    """Puts the organisation and what the user may do on every request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.organisation = None
        request.codes = frozenset()
        if request.user.is_authenticated:
            request.organisation = request.user.organisation
            request.codes = effective_codes(request.user)
        return self.get_response(request)
