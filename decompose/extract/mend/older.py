"""Python 2 -> what means the same to Python 3, line for line. The rules are of the same kind as in `newer`."""

import re

from .newer import Rule
from .statements import replaced
from .strings import strings_replaced

__all__ = ["OLDER"]

_START = r"(?P<lead>^|(?<=[:;])\s*)"  # of a statement, also of one behind a colon or semicolon


def _print_statement(text: str, mask: str) -> str:
    # print "total", x      print >>log, x      if x: print x,
    def call(found: re.Match[str], part: str) -> str:
        lead = found.end("lead") - found.start()
        arguments = part[lead + len("print") :].strip().removeprefix(">>").removesuffix(",")
        return f"{part[:lead]}print({arguments.rstrip()})"

    return replaced(text, mask, _START + r"print\b(?!\s*[=.,:)])(?:[^;]*[^;\s])?", call)


def _except_comma(text: str, mask: str) -> str:
    # except (KeyError, ValueError), error:
    head = re.match(r"except\b[^:]*\S(?P<comma>\s*,\s*)\w+\s*:", mask)
    return text[: head.start("comma")] + " as " + text[head.end("comma") :] if head else text


def _raise_comma(text: str, mask: str) -> str:
    # raise ValueError, "no such order"      raise failure[0], failure[1], failure[2]
    def call(found: re.Match[str], part: str) -> str:
        comma = found.end("raised") - found.start()
        if found["name"]:
            return f"{part[:comma]}({part[comma:].strip()[1:].strip()})"
        lead = found.end("lead") - found.start() + len("raise")
        return f"{part[:lead]} ({part[lead:].strip()})"

    raised = r"(?P<raised>raise\s+(?:(?P<name>[\w.]+)|[^;,]+))\s*,[^;]*[^;\s]"
    return replaced(text, mask, _START + raised, call)


def _exec_statement(text: str, mask: str) -> str:
    # exec code in namespace
    def call(found: re.Match[str], part: str) -> str:
        lead = found.end("lead") - found.start()
        code = re.sub(r"\bin\b", ",", part[lead + len("exec") :].strip(), count=1)
        return f"{part[:lead]}exec({code})"

    return replaced(text, mask, _START + r"exec\b(?!\s*[=.,:(])[^;]*[^;\s]", call)


def _backticks(text: str, mask: str) -> str:
    # `order`
    return replaced(text, mask, r"`[^`]*`", lambda _, part: f"({part[1:-1]})")


def _not_equal(text: str, mask: str) -> str:
    return replaced(text, mask, r"<>", lambda *_: "!=")


def _numbers(text: str, mask: str) -> str:
    # 0755      10L
    text = replaced(text, mask, r"\b(?:0[xX][0-9a-fA-F]+|\d+)[lL]\b", lambda _, part: part[:-1] + " ")
    return replaced(text, mask, r"(?<![\w.])0(?=[0-7]+\b(?!\.))", lambda *_: "0o")


def _string_prefixes(text: str, mask: str) -> str:
    # ur"\d+"
    return replaced(text, mask, r"\b[uU][rR](?=[\"'])", lambda *_: "r")


def _raw_escapes(text: str, mask: str) -> str:
    # "C:\\Users"
    def raw(opening: re.Match[str], string: str) -> str:
        bare = not (opening["prefix"] or "").strip("uU")
        return "r" + string[len(opening["prefix"] or "") :] if bare and "\\" in string else string

    return strings_replaced(text, raw)


def _unpacked_parameters(text: str, mask: str) -> str:
    # lambda (key, value): value      def move(self, (x, y)):
    text = replaced(text, mask, r"\blambda\s*\([\w\s,()]*\)\s*:", lambda _, part: re.sub(r"[()]", " ", part))
    if re.match(r"\s*def\b", mask):
        text = replaced(text, mask, r"(?<=[(,])\s*\([\w\s,]*\)(?=\s*[,)=])", lambda _, part: re.sub(r"[()]", " ", part))
    return text


def _async_name(text: str, mask: str) -> str:
    # run(async=True)      flags = async and NOW or 0
    names = r"\basync\b(?!\s+(?:def|for|with)\b)|(?<=\.)await\b|\bawait\b(?=\s*[=.,)]|$)"
    return replaced(text, mask, names, lambda _, part: f"{part}_")


OLDER: tuple[Rule, ...] = (
    _string_prefixes,
    _numbers,
    _not_equal,
    _backticks,
    _unpacked_parameters,
    _except_comma,
    _raise_comma,
    _exec_statement,
    _print_statement,
    _async_name,
    _raw_escapes,
)
