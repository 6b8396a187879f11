"""Settings of a Request Tracker."""

from __future__ import annotations

from pydantic import Field, field_validator

from pedell.tickets.adapter import SystemOptions, TicketState

STATES: dict[TicketState, str] = {
    TicketState.NEW: "new",
    TicketState.OPEN: "open",
    TicketState.PENDING: "stalled",
    TicketState.SOLVED: "resolved",
    TicketState.CLOSED: "rejected",
}
"""RT's default lifecycle. RT has no state after resolved; rejected and deleted are read as closed."""


class RequestTrackerOptions(SystemOptions):
    """Settings of a Request Tracker."""

    url: str = Field(description="RT's address, such as https://rt.example.org; REST 2.0 is found below it.")
    token: str = Field(
        pattern=r"^secret://", description="Reference of the bot's authentication token, secret://…"
    )
    user: str = Field(
        min_length=1,
        description="The bot's login name; what it does itself is ignored when RT tells us of it.",
    )
    queue: str = Field(default="General", description="Queue in which Pedell opens tickets.")
    webhook_secret: str = Field(
        default="",
        pattern=r"^(secret://.*)?$",
        description="Reference of the scrip's secret; without it the webhook is closed.",
    )
    states: dict[TicketState, str] = Field(
        default=STATES, description="RT's status for each state, where its lifecycle is your own."
    )
    ca_file: str = Field(default="", description="PEM file of the authority that signed RT's certificate.")
    fingerprint: str = Field(default="", description="SHA-256 of RT's certificate, instead of an authority.")

    @field_validator("states")
    @classmethod
    def _every_state(cls, value: dict[TicketState, str]) -> dict[TicketState, str]:
        return STATES | value
