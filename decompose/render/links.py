"""Stage 7: a git remote -> links to lines on the host that shows it."""

import re
from urllib.parse import quote, urlsplit

__all__ = ["source_link"]

# How hosts spell a file at a revision, and a line of it. The first pattern that occurs in the host's name counts.
_HOSTS = (
    ("github", "blob/{head}/{path}", "#L{line}"),
    ("gitlab", "-/blob/{head}/{path}", "#L{line}"),
    ("bitbucket", "src/{head}/{path}", "#lines-{line}"),
    ("codeberg", "src/commit/{head}/{path}", "#L{line}"),
    ("gitea", "src/commit/{head}/{path}", "#L{line}"),
    ("opendev", "src/commit/{head}/{path}", "#L{line}"),
)
_SCP = re.compile(r"^(?:[\w.-]+@)?([\w.-]+):(?!/)([\w./~-]+)$")


def source_link(remote: str, head: str) -> tuple[str, str]:
    """The pattern of a link to a file, with "{path}", and what follows it for a line, with "{line}".

    Always http(s), never with a user or password. ("", "") where the host is unknown or the remote is no address.
    """
    host, path = _parts(remote.strip())
    for mark, file, line in _HOSTS:
        if mark in host and path and re.fullmatch(r"[0-9a-f]{7,64}", head):
            return f"https://{host}/{quote(path)}/{file.replace('{head}', head)}", line
    return "", ""


def _parts(remote: str) -> tuple[str, str]:
    """ "git@host:owner/name.git", "ssh://git@host/owner/name", "https://user:secret@host/owner/name" -> host, path."""
    if found := _SCP.match(remote):
        host, path = found.groups()
    else:
        try:
            parts = urlsplit(remote)
            host, path = parts.hostname or "", parts.path
            host += f":{parts.port}" if parts.port and parts.scheme in ("http", "https") else ""
        except ValueError:
            return "", ""
        if parts.scheme not in ("http", "https", "ssh", "git"):
            return "", ""
    return host if re.fullmatch(r"[\w.-]+(:\d+)?", host) else "", path.strip("/").removesuffix(".git")
