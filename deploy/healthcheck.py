"""Health of a service that answers over HTTP: exit status 0 when well, 1 when not.

Airflow answers 200 even when its database is gone, so the answer's text is read. What an api-server is asked for is its
own health, not the scheduler's: a scheduler that is down must not take the pages away with it.

    healthcheck.py api          http://localhost:8080/api/v2/monitor/health, the part `metadatabase`
    healthcheck.py scheduler    http://localhost:8974/health, the part `scheduler`
"""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request

PLACES = {
    "api": ("http://localhost:8080/api/v2/monitor/health", "metadatabase"),
    "scheduler": ("http://localhost:8974/health", None),
}


def unwell(service: str) -> str | None:
    """None when `service` is well, else one line that says what is wrong."""
    url, part = PLACES[service]
    # No proxy: a proxy of the building, set in the environment, must not be asked for localhost.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=10) as answer:
            body = answer.read()
    except (urllib.error.URLError, OSError) as error:
        return f"{url}: {error}"
    if part is None:  # the scheduler's own server says it with its status code
        return None
    try:
        status = json.loads(body)[part]["status"]
    except (ValueError, KeyError, TypeError):
        return f"{url}: not the answer of a health page"
    return None if status == "healthy" else f"{part}: {status}"


def main(arguments: list[str]) -> int:
    """Prints what is wrong, if anything; Docker keeps the line."""
    if len(arguments) != 1 or arguments[0] not in PLACES:
        sys.stderr.write(f"usage: healthcheck.py {'|'.join(PLACES)}\n")
        return 2
    complaint = unwell(arguments[0])
    if complaint:
        sys.stdout.write(complaint + "\n")
    return 1 if complaint else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
