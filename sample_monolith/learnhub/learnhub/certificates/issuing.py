import secrets

from learnhub.certificates.models import Certificate, Template
from learnhub.common.clock import today
from learnhub.common.errors import NotAllowed
from learnhub.notifications.services import notify


def template_for(course):
    template = Template.objects.filter(course=course).first() or Template.objects.filter(course=None).first()
    if template is None:
        raise NotAllowed("There is no certificate template yet")
    return template


def new_serial():
    return f"LH-{today():%Y}-{secrets.token_hex(6).upper()}"


def issue(user, course):
    from learnhub.assessments.attempts import best_score

    certificate = Certificate.objects.filter(user=user, course=course).first()
    if certificate is None:
        certificate = Certificate(user=user, course=course, template=template_for(course), serial=new_serial())
    certificate.score = best_score(user, course)
    certificate.save()
    return certificate


def announce(certificate):
    notify(certificate.user, "certificate", course=certificate.course.title, serial=certificate.serial)


def revoke(certificate):
    certificate.revoked = True
    certificate.save(update_fields=["revoked", "updated_at"])
