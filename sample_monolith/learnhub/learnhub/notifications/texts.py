from learnhub.common.money import format_cents
from learnhub.common.text import excerpt

TEMPLATES = {
    "welcome": "Welcome to LearnHub, {name}!",
    "certificate": "Your certificate for {course} is ready: {serial}",
    "granted": "You now have access to {course}",
    "refund": "We refunded invoice {number}",
}

# What we call people, by the points that they have.
GREETINGS = {
    "newcomer": "Good to have you",
    "explorer": "Keep exploring",
    "regular": "Nice to see you again",
    "expert": "Hello, expert",
    "mentor": "Hello, mentor",
    "legend": "All bow to the legend",
}


def render(kind, values):
    return excerpt(TEMPLATES[kind].format(**values), 300)


def greeting(level):
    return GREETINGS.get(level, "Hello")
