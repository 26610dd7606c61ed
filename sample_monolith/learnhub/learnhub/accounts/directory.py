from django.core.cache import cache

from learnhub.accounts.models import Organisation, User


def people_ids(organisation):
    key = f"org:{organisation.pk}:people"
    ids = cache.get(key)
    if ids is None:
        ids = list(User.objects.filter(organisation=organisation, is_active=True).values_list("pk", flat=True))
        cache.set(key, ids, 600)
    return ids


def colleagues(user):
    return User.objects.filter(organisation=user.organisation_id, is_active=True).order_by("email")


def find_user(email):
    return User.objects.filter(email=email.strip().lower()).first()


def organisation_by_slug(slug):
    return Organisation.objects.filter(slug=slug, is_active=True).first()


def forget_people(organisation_id):
    cache.delete(f"org:{organisation_id}:people")
