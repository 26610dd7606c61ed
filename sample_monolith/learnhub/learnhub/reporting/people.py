from learnhub.accounts.models import User

HEADER = ("email", "department", "certificates")


def rows(organisation):
    people = User.objects.filter(organisation=organisation).select_related("department")
    for user in people.prefetch_related("certificates"):
        department = user.department.name if user.department else ""
        yield user.email, department, len(user.certificates.all())
