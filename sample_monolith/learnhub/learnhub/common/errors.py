class LearnHubError(Exception):
    """Base of everything that a view turns into a message for the user."""


class NotAllowed(LearnHubError):
    pass


class NotPublished(LearnHubError):
    pass


class SeatLimitReached(LearnHubError):
    pass


class CohortFull(LearnHubError):
    pass


class PaymentFailed(LearnHubError):
    pass


class AlreadySubmitted(LearnHubError):
    pass


class InvalidToken(LearnHubError):
    pass
