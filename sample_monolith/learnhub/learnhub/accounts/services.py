from django.apps import apps
from django.db import transaction
from django.utils.text import slugify

from learnhub.accounts.directory import forget_people
from learnhub.accounts.models import Organisation, User
from learnhub.common.clock import now
from learnhub.common.errors import NotAllowed
from learnhub.common.text import squash
from learnhub.enrolment.models import Enrolment
from learnhub.permissions.models import RoleGrant


def display_name(user):
    return squash(user.full_name) or user.email


def create_user(organisation, email, full_name, password=None):
    from learnhub.notifications.services import notify

    user = User.objects.create_user(email, password, full_name=squash(full_name), organisation=organisation)
    forget_people(organisation.pk)
    notify(user, "welcome", name=display_name(user))
    return user


def register(company, email, full_name, password):
    """A new customer: the organisation and the first person in it."""
    organisation = Organisation.objects.create(name=squash(company), slug=slugify(company))
    return create_user(organisation, email, full_name, password)


def rename_organisation(organisation, name):
    organisation.name = squash(name)
    organisation.save(update_fields=["name", "updated_at"])


def offboard(user, by):
    """Somebody left the company: no login, no rights, no running courses."""
    if user == by:
        raise NotAllowed("You cannot remove yourself")
    with transaction.atomic():
        user.is_active = False
        user.save(update_fields=["is_active"])
        RoleGrant.objects.filter(user=user).delete()
        Enrolment.objects.filter(user=user, status=Enrolment.ACTIVE).update(status=Enrolment.CANCELLED, ended_at=now())
    forget_people(user.organisation_id)


def has_running_plan(organisation):
    subscription = apps.get_model("billing", "Subscription")
    return subscription.objects.filter(organisation=organisation, status="running").exists()
