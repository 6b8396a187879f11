"""Talks to a running lab through its door."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from pedell.errors import NotFoundError, PedellError, UsageError
from pedell.i18n import t
from pedell.lab.place import Place, Running

LIMIT = 15.0


class LabClient:
    """The lab of a data folder; raises NotFoundError where none runs, PedellError where it says no."""

    def __init__(self, place: Place) -> None:
        running = place.running()
        if running is None:
            raise NotFoundError(t("no lab runs"), hint=t("start one with 'pedell lab up --detach'"))
        self.running: Running = running

    def status(self) -> dict[str, Any]:
        """All simulators: address, faults, effects and state."""
        return self._ask("GET", "/status")

    def effects(self) -> list[dict[str, Any]]:
        """Everything that took effect since the lab was started."""
        found: list[dict[str, Any]] = self._ask("GET", "/effects")["effects"]
        return found

    def fault(self, name: str, kind: str, *, on: str = "", times: int = 0, seconds: float = 3.0) -> list[str]:
        """Make simulators misbehave; their names."""
        wish = {"name": name, "kind": kind, "on": on, "times": times, "seconds": seconds}
        return self._names(self._ask("POST", "/fault", wish))

    def heal(self, name: str = "*") -> list[str]:
        """Make simulators behave again; their names."""
        return self._names(self._ask("POST", "/heal", {"name": name}))

    def change(self, name: str, values: Mapping[str, Any]) -> list[str]:
        """Change the state of simulators from outside; their names."""
        return self._names(self._ask("POST", "/change", {"name": name, "values": dict(values)}))

    def stop(self) -> None:
        """Ask the lab to end."""
        self._ask("POST", "/stop")

    @staticmethod
    def _names(answer: Mapping[str, Any]) -> list[str]:
        return [str(name) for name in answer["simulators"]]

    def _ask(self, method: str, path: str, wish: Mapping[str, Any] | None = None) -> dict[str, Any]:
        connection = HTTPConnection(urlsplit(self.running.url).netloc, timeout=LIMIT)
        try:
            connection.request(
                method,
                path,
                body=json.dumps(wish) if wish is not None else None,
                headers={"Authorization": f"Bearer {self.running.token}"},
            )
            response = connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, HTTPException, ValueError) as error:
            raise PedellError(
                t("the lab does not answer: {error}", error=error), hint=t("see 'pedell lab status'")
            ) from error
        finally:
            connection.close()
        if response.status == 400:
            raise UsageError(t("the lab says no: {error}", error=answer.get("error", response.status)))
        if response.status != 200:
            raise PedellError(t("the lab says no: {error}", error=answer.get("error", response.status)))
        if not isinstance(answer, dict):
            raise PedellError(t("the lab does not answer: {error}", error=type(answer).__name__))
        return answer
