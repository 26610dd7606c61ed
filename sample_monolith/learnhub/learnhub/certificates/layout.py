from learnhub.common.text import initials

# Ribbon and ink of the printed sheet.
COLOURS = {
    "distinction": ("#c9a227", "#3d2f00"),
    "merit": ("#8a8f98", "#1f2328"),
    "credit": ("#a9714b", "#2e1a0c"),
    "pass": ("#2f6f4f", "#0b2417"),
    "participation": ("#d0d7de", "#24292f"),
}

PLAIN = ("#ffffff", "#000000")


def colours_for(band):
    return COLOURS.get(band, PLAIN)


def monogram(name):
    return initials(name) or "LH"


def sheet(holder, title, signatory, serial, band):
    ribbon, ink = colours_for(band)
    return {
        "holder": holder,
        "title": title,
        "signatory": signatory,
        "serial": serial,
        "monogram": monogram(holder),
        "ribbon": ribbon,
        "ink": ink,
        "band": band,
    }
