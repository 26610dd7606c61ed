SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}


def format_cents(cents: int, currency: str = "EUR") -> str:
    symbol = SYMBOLS.get(currency, currency + " ")
    sign = "-" if cents < 0 else ""
    return f"{sign}{symbol}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def percent_off(cents: int, percent: int) -> int:
    return cents - cents * min(max(percent, 0), 100) // 100


def add_vat(cents: int, rate_permille: int) -> int:
    return cents + (cents * rate_permille + 500) // 1000
