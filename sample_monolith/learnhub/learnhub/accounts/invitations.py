from learnhub.accounts.models import Invitation
from learnhub.accounts.services import create_user, has_running_plan
from learnhub.common.clock import now
from learnhub.common.errors import InvalidToken, NotAllowed
from learnhub.common.seats import check_seats
from learnhub.notifications.delivery import queue_email


def invite(organisation, email, by):
    if not has_running_plan(organisation):
        raise NotAllowed("Choose a plan before you invite people")
    check_seats(organisation)
    invitation = Invitation.objects.create(organisation=organisation, email=email.lower(), invited_by=by)
    queue_email(
        invitation.email,
        f"{by.full_name} invites you to {organisation.name}",
        f"Follow /join/{invitation.token}/ to choose a password.",
    )
    return invitation


def accept(token, full_name, password):
    invitation = Invitation.objects.select_related("organisation").filter(token=token).first()
    if invitation is None or invitation.accepted_at is not None:
        raise InvalidToken("This invitation is no longer valid")
    user = create_user(invitation.organisation, invitation.email, full_name, password)
    invitation.accepted_at = now()
    invitation.save(update_fields=["accepted_at", "updated_at"])
    return user


def open_invitations(organisation):
    rows = Invitation.objects.filter(organisation=organisation).order_by("-created_at")
    return [invitation for invitation in rows if invitation.accepted_at is None]
