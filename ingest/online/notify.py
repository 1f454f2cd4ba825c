"""Tells somebody: a command or a webhook of the operator's choice."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import httpx

from ingest.online.report import Report
from ingest.online.settings import Notify


def tell(report: Report, notify: Notify) -> list[str]:
    """Calls the command and the webhook if this run is one they want to know of.

    A person who cannot be told must not stop the run: what went wrong is returned.

    Returns:
        Problems, one sentence each.
    """
    wanted = set(notify.on) & set(_occasions(report))
    if not wanted:
        return []
    message = json.dumps(report.as_json(), ensure_ascii=False, default=str)
    return [*_command(message, notify), *_webhook(message, notify)]


def _occasions(report: Report) -> Iterator[str]:
    if report.exit_code:
        yield "failure"
    if report.is_new:
        yield "new_data"


def _command(message: str, notify: Notify) -> Iterator[str]:
    if not notify.command:
        return
    try:
        done = subprocess.run(
            notify.command,
            input=message.encode(),
            timeout=notify.timeout_seconds,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        yield f"the notification command did not run: {error}"
        return
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-300:]
        yield f"the notification command ended with {done.returncode}: {said}"


def _webhook(message: str, notify: Notify) -> Iterator[str]:
    if notify.webhook is None:
        return
    try:
        answer = httpx.post(
            notify.webhook,
            content=message.encode(),
            headers={"Content-Type": "application/json"},
            timeout=notify.timeout_seconds,
            follow_redirects=False,
        )
    except httpx.HTTPError as error:
        yield f"the webhook was not reached: {type(error).__name__}"
        return
    if not answer.is_success:
        yield f"the webhook answers {answer.status_code}"
