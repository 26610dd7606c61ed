from itertools import count

from learnhub.accounts.models import Organisation, User
from learnhub.assessments.authoring import add_question, create_quiz
from learnhub.billing.models import Plan
from learnhub.certificates.models import Template
from learnhub.common.clock import days_from_today, today
from learnhub.common.seats import apply_plan
from learnhub.courses.authoring import add_section, create_course
from learnhub.courses.models import Category, Lesson
from learnhub.courses.services import publish
from learnhub.leaderboards.models import Season
from learnhub.permissions.models import PermissionNode, RoleGrant

_numbers = count(1)

RIGHTS = {
    "everything": None,
    "people": "everything",
    "people.invite": "people",
    "people.remove": "people",
    "organisation.write": "everything",
    "courses": "everything",
    "courses.write": "courses",
    "courses.publish": "courses",
    "billing": "everything",
    "billing.read": "billing",
    "billing.pay": "billing",
    "analytics.read": "everything",
    "reports": "everything",
    "reports.read": "reports",
    "reports.finance": "reports",
    "certificates.revoke": "everything",
}


def rights():
    nodes = {}
    for code, parent in RIGHTS.items():
        nodes[code] = PermissionNode.objects.create(code=code, label=code.replace(".", ": "), parent=nodes.get(parent))
    return nodes


def organisation(seats=20):
    number = next(_numbers)
    plan, _ = Plan.objects.get_or_create(code="team", defaults={"name": "Team", "price_cents": 4900, "seats": seats})
    company = Organisation.objects.create(name=f"Company {number}", slug=f"company-{number}")
    apply_plan(company, plan)
    company.refresh_from_db()
    return company


def person(company, name="Ada Berg", **fields):
    return User.objects.create_user(
        f"person{next(_numbers)}@example.org", "secret", full_name=name, organisation=company, **fields
    )


def boss(company):
    user = person(company, "Bo Chef")
    if not PermissionNode.objects.exists():
        rights()
    RoleGrant.objects.create(user=user, node=PermissionNode.objects.get(code="everything"))
    return user


def course(author, title="Safe Ladders", lessons=("Top", "Bottom"), price_cents=0, published=True):
    category, _ = Category.objects.get_or_create(name="Safety", slug="safety")
    made = create_course(author, title, category, price_cents=price_cents)
    add_section(made, "Start", lessons)
    if published:
        publish(made)
    return made


def quiz(of_course, questions=2):
    made = create_quiz(Lesson.objects.filter(section__course=of_course).first(), "Check")
    for number in range(questions):
        add_question(made, f"Question {number}", ["no", "yes"], correct=1)
    return made


def season():
    return Season.objects.create(name="This year", starts_on=today(), ends_on=days_from_today(90))


def template():
    return Template.objects.create(name="Plain", signatory="Dr. No")
