import hashlib

from learnhub.common.errors import PaymentFailed

DECLINED = "4000000000000002"


def charge(card, amount_cents, purpose):
    """Stands in for the payment provider's client: no network, same answers."""
    if amount_cents <= 0:
        raise PaymentFailed("Nothing to pay")
    if card == DECLINED:
        raise PaymentFailed("The card was declined")
    return "ch_" + hashlib.sha256(f"{card}:{amount_cents}:{purpose}".encode()).hexdigest()[:24]


def refund(reference, amount_cents):
    return "re_" + hashlib.sha256(f"{reference}:{amount_cents}".encode()).hexdigest()[:24]
