from learnhub.accounts.models import User
from learnhub.certificates.models import Certificate, Verification
from learnhub.common.errors import InvalidToken


def verify(serial, asked_from=None):
    certificate = Certificate.objects.filter(serial=serial.strip().upper()).first()
    if certificate is None or certificate.revoked:
        raise InvalidToken("No valid certificate has this number")
    Verification.objects.create(certificate=certificate, asked_from=asked_from)
    return certificate


def questions_about(certificate):
    return list(certificate.verifications.order_by("-created_at"))
