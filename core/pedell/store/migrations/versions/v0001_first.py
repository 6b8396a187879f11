"""Everything that the first release keeps.

Made by `python -m pedell.store.revise`, then read; never changed once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def words(length: int) -> sa.types.TypeEngine[str]:
    """A short text; the length is for people."""
    return sa.String(length).with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Everything that the first release keeps."""
    op.create_table(
        "actor",
        sa.Column("id", words(64), nullable=False),
        sa.Column("kind", words(16), nullable=False),
        sa.Column("name", words(200), nullable=False),
        sa.Column("uid", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor")),
    )
    op.create_table(
        "breaker",
        sa.Column("key", words(200), nullable=False),
        sa.Column("state", words(12), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_breaker")),
    )
    op.create_table(
        "cap_count",
        sa.Column("scope", words(200), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "hour", name=op.f("pk_cap_count")),
    )
    op.create_table(
        "controller",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("name", words(64), nullable=False),
        sa.Column("kind", words(64), nullable=False),
        sa.Column("address", words(500), nullable=False),
        sa.Column("options", TEXT, nullable=False),
        sa.Column("limits", TEXT, nullable=False),
        sa.Column("state", words(16), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_controller")),
        sa.UniqueConstraint("id", name=op.f("uq_controller_id")),
        sa.UniqueConstraint("name", name=op.f("uq_controller_name")),
    )
    op.create_table(
        "delivery",
        sa.Column("door", words(64), nullable=False),
        sa.Column("key", words(128), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("door", "key", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_at"), ["at"], unique=False)

    op.create_table(
        "hold",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("selector", TEXT, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("actor", words(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("released", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_hold")),
        sa.UniqueConstraint("id", name=op.f("uq_hold_id")),
    )
    op.create_table(
        "ledger",
        sa.Column("seq", NUMBER, autoincrement=False, nullable=False),
        sa.Column("run", words(26), nullable=False),
        sa.Column("digest", words(64), nullable=False),
        sa.Column("prev", words(64), nullable=False),
        sa.Column("hash", words(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("purged", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger")),
        sa.UniqueConstraint("run", name=op.f("uq_ledger_run")),
    )
    op.create_table(
        "playbook_text",
        sa.Column("hash", words(64), nullable=False),
        sa.Column("name", words(128), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_playbook_text")),
    )
    op.create_table(
        "schedule",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("name", words(64), nullable=False),
        sa.Column("cron", words(120), nullable=False),
        sa.Column("timezone", words(64), nullable=False),
        sa.Column("playbook", words(128), nullable=False),
        sa.Column("selector", TEXT, nullable=False),
        sa.Column("inputs", TEXT, nullable=False),
        sa.Column("catch_up", words(8), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("actor", words(64), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("looked", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_schedule")),
        sa.UniqueConstraint("id", name=op.f("uq_schedule_id")),
        sa.UniqueConstraint("name", name=op.f("uq_schedule_name")),
    )
    op.create_table(
        "site",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("slug", words(64), nullable=False),
        sa.Column("name", words(200), nullable=False),
        sa.Column("campus", words(64), nullable=False),
        sa.Column("timezone", words(64), nullable=False),
        sa.Column("state", words(16), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_site")),
        sa.UniqueConstraint("id", name=op.f("uq_site_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_site_slug")),
    )
    op.create_table(
        "switch",
        sa.Column("name", words(64), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("actor", words(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switch")),
    )
    op.create_table(
        "ticket",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("system", words(64), nullable=False),
        sa.Column("key", words(128), nullable=False),
        sa.Column("kind", words(16), nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("state", words(16), nullable=False),
        sa.Column("requester", words(200), nullable=False),
        sa.Column("url", words(500), nullable=False),
        sa.Column("hints", TEXT, nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("considered", sa.BigInteger(), nullable=True),
        sa.Column("remarks", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_ticket")),
        sa.UniqueConstraint("id", name=op.f("uq_ticket_id")),
        sa.UniqueConstraint("system", "key", name=op.f("uq_ticket_system_key")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_state"), ["state"], unique=False)

    op.create_table(
        "transcript",
        sa.Column("hash", words(64), nullable=False),
        sa.Column("attempt", words(26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_transcript")),
    )
    with op.batch_alter_table("transcript", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transcript_at"), ["at"], unique=False)

    op.create_table(
        "inbox",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("door", words(64), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("state", words(12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("ticket", NUMBER, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.no"], name=op.f("fk_inbox_ticket_ticket")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_inbox")),
        sa.UniqueConstraint("id", name=op.f("uq_inbox_id")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_inbox_state_inbox_next_at"), ["state", "next_at"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("ticket", NUMBER, nullable=False),
        sa.Column("kind", words(12), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("marker", words(64), nullable=False),
        sa.Column("state", words(12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("claim", words(26), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.no"], name=op.f("fk_outbox_ticket_ticket")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_outbox")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_id")),
        sa.UniqueConstraint("marker", name=op.f("uq_outbox_marker")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outbox_state_outbox_next_at"), ["state", "next_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_outbox_ticket_outbox_state"), ["ticket", "state"], unique=False)

    op.create_table(
        "room",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("site", NUMBER, nullable=False),
        sa.Column("name", words(64), nullable=False),
        sa.Column("key", words(64), nullable=False),
        sa.Column("title", words(200), nullable=False),
        sa.Column("tags", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["site"], ["site.no"], name=op.f("fk_room_site_site")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_room")),
        sa.UniqueConstraint("id", name=op.f("uq_room_id")),
        sa.UniqueConstraint("site", "name", name=op.f("uq_room_site_name")),
    )
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_key"), ["key"], unique=False)

    op.create_table(
        "run",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("ticket", NUMBER, nullable=False),
        sa.Column("playbook", words(128), nullable=False),
        sa.Column("playbook_hash", words(64), nullable=False),
        sa.Column("selector", TEXT, nullable=False),
        sa.Column("inputs", TEXT, nullable=False),
        sa.Column("envelope", TEXT, nullable=False),
        sa.Column("request_key", words(64), nullable=False),
        sa.Column("state", words(16), nullable=False),
        sa.Column("check_only", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("actor_kind", words(16), nullable=False),
        sa.Column("actor", words(64), nullable=False),
        sa.Column("verified_by", words(16), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("retry_of", NUMBER, nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("cancelled", sa.BigInteger(), nullable=True),
        sa.Column("digest", words(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["retry_of"], ["run.no"], name=op.f("fk_run_retry_of_run")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.no"], name=op.f("fk_run_ticket_ticket")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_run")),
        sa.UniqueConstraint("id", name=op.f("uq_run_id")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_run_ticket"), ["ticket"], unique=False)
        batch_op.create_index(
            "uq_run_open_request",
            ["request_key"],
            unique=True,
            sqlite_where=sa.text("ended IS NULL"),
            postgresql_where=sa.text("ended IS NULL"),
        )

    op.create_table(
        "ticket_note",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("ticket", NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("author", words(64), nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("marker", words(64), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.no"], name=op.f("fk_ticket_note_ticket_ticket")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_ticket_note")),
        sa.UniqueConstraint("id", name=op.f("uq_ticket_note_id")),
        sa.UniqueConstraint("marker", name=op.f("uq_ticket_note_marker")),
    )
    with op.batch_alter_table("ticket_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_note_ticket"), ["ticket"], unique=False)

    op.create_table(
        "approval",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("run", NUMBER, nullable=False),
        sa.Column("envelope", words(64), nullable=False),
        sa.Column("state", words(12), nullable=False),
        sa.Column("asked_by", words(64), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", words(64), nullable=False),
        sa.Column("verified_by", words(16), nullable=False),
        sa.Column("decided", sa.BigInteger(), nullable=True),
        sa.Column("reason", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.no"], name=op.f("fk_approval_run_run")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_approval")),
        sa.UniqueConstraint("id", name=op.f("uq_approval_id")),
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_run"), ["run"], unique=False)

    op.create_table(
        "command",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("kind", words(24), nullable=False),
        sa.Column("run", NUMBER, nullable=True),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("actor_kind", words(16), nullable=False),
        sa.Column("actor", words(64), nullable=False),
        sa.Column("verified_by", words(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=True),
        sa.Column("answer", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.no"], name=op.f("fk_command_run_run")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_command")),
        sa.UniqueConstraint("id", name=op.f("uq_command_id")),
    )
    with op.batch_alter_table("command", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_command_taken"), ["taken"], unique=False)

    op.create_table(
        "device",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("name", words(128), nullable=False),
        sa.Column("kind", words(64), nullable=False),
        sa.Column("site", NUMBER, nullable=False),
        sa.Column("room", NUMBER, nullable=True),
        sa.Column("driver", words(64), nullable=False),
        sa.Column("address", words(500), nullable=False),
        sa.Column("controller", NUMBER, nullable=True),
        sa.Column("model", words(128), nullable=False),
        sa.Column("serial", words(128), nullable=False),
        sa.Column("mac", words(32), nullable=False),
        sa.Column("options", TEXT, nullable=False),
        sa.Column("state", words(16), nullable=False),
        sa.Column("source", words(64), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller"], ["controller.no"], name=op.f("fk_device_controller_controller")
        ),
        sa.ForeignKeyConstraint(["room"], ["room.no"], name=op.f("fk_device_room_room")),
        sa.ForeignKeyConstraint(["site"], ["site.no"], name=op.f("fk_device_site_site")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_device")),
        sa.UniqueConstraint("id", name=op.f("uq_device_id")),
        sa.UniqueConstraint("name", name=op.f("uq_device_name")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_controller"), ["controller"], unique=False)
        batch_op.create_index(batch_op.f("ix_device_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_device_model"), ["model"], unique=False)
        batch_op.create_index(batch_op.f("ix_device_room"), ["room"], unique=False)
        batch_op.create_index(batch_op.f("ix_device_serial"), ["serial"], unique=False)
        batch_op.create_index(batch_op.f("ix_device_site_device_room"), ["site", "room"], unique=False)

    op.create_table(
        "event",
        sa.Column("run", NUMBER, nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", words(40), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("hash", words(64), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.no"], name=op.f("fk_event_run_run")),
        sa.PrimaryKeyConstraint("run", "shard", "seq", name=op.f("pk_event")),
    )
    op.create_table(
        "fire",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("schedule", NUMBER, nullable=False),
        sa.Column("nominal", words(40), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", words(12), nullable=False),
        sa.Column("run", NUMBER, nullable=True),
        sa.Column("note", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.no"], name=op.f("fk_fire_run_run")),
        sa.ForeignKeyConstraint(["schedule"], ["schedule.no"], name=op.f("fk_fire_schedule_schedule")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_fire")),
        sa.UniqueConstraint("schedule", "nominal", name=op.f("uq_fire_schedule_nominal")),
    )
    with op.batch_alter_table("fire", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fire_due"), ["due"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("ticket", NUMBER, nullable=False),
        sa.Column("rule", words(128), nullable=False),
        sa.Column("playbook", words(128), nullable=False),
        sa.Column("selector", TEXT, nullable=False),
        sa.Column("inputs", TEXT, nullable=False),
        sa.Column("reasons", TEXT, nullable=False),
        sa.Column("auto", sa.Boolean(), nullable=False),
        sa.Column("state", words(12), nullable=False),
        sa.Column("run", NUMBER, nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.no"], name=op.f("fk_proposal_run_run")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.no"], name=op.f("fk_proposal_ticket_ticket")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_proposal")),
        sa.UniqueConstraint("id", name=op.f("uq_proposal_id")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_ticket"), ["ticket"], unique=False)

    op.create_table(
        "shard",
        sa.Column("run", NUMBER, nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("lane", words(80), nullable=False),
        sa.Column("state", words(16), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("owner", words(80), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", words(64), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.no"], name=op.f("fk_shard_run_run")),
        sa.PrimaryKeyConstraint("run", "no", name=op.f("pk_shard")),
    )
    with op.batch_alter_table("shard", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shard_state"), ["state"], unique=False)

    op.create_table(
        "device_driver",
        sa.Column("device", NUMBER, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("driver", words(64), nullable=False),
        sa.Column("address", words(500), nullable=False),
        sa.Column("options", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["device"], ["device.no"], name=op.f("fk_device_driver_device_device"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device", "n", name=op.f("pk_device_driver")),
    )
    with op.batch_alter_table("device_driver", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_driver_driver"), ["driver"], unique=False)

    op.create_table(
        "device_tag",
        sa.Column("device", NUMBER, nullable=False),
        sa.Column("tag", words(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["device"], ["device.no"], name=op.f("fk_device_tag_device_device"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device", "tag", name=op.f("pk_device_tag")),
    )
    with op.batch_alter_table("device_tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_tag_tag"), ["tag"], unique=False)

    op.create_table(
        "link",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("device", NUMBER, nullable=False),
        sa.Column("kind", words(32), nullable=False),
        sa.Column("other", NUMBER, nullable=False),
        sa.Column("detail", words(128), nullable=False),
        sa.ForeignKeyConstraint(
            ["device"], ["device.no"], name=op.f("fk_link_device_device"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other"], ["device.no"], name=op.f("fk_link_other_device"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_link")),
        sa.UniqueConstraint(
            "device", "kind", "other", "detail", name=op.f("uq_link_device_kind_other_detail")
        ),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_other"), ["other"], unique=False)

    op.create_table(
        "task",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("run", NUMBER, nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("device", NUMBER, nullable=False),
        sa.Column("state", words(16), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("deadline", sa.BigInteger(), nullable=True),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("lock_key", words(200), nullable=False),
        sa.Column("step", words(64), nullable=False),
        sa.Column("error_class", words(16), nullable=False),
        sa.Column("memo", TEXT, nullable=False),
        sa.Column("proof", TEXT, nullable=False),
        sa.Column("notes", TEXT, nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["device.no"], name=op.f("fk_task_device_device")),
        sa.ForeignKeyConstraint(["run"], ["run.no"], name=op.f("fk_task_run_run")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_task")),
        sa.UniqueConstraint("run", "device", name=op.f("uq_task_run_device")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_run_task_shard"), ["run", "shard"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_state_task_until"), ["state", "until"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("no", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", words(26), nullable=False),
        sa.Column("run", NUMBER, nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("task", NUMBER, nullable=False),
        sa.Column("step", words(160), nullable=False),
        sa.Column("device", NUMBER, nullable=False),
        sa.Column("lock_key", words(200), nullable=False),
        sa.Column("capability", words(64), nullable=False),
        sa.Column("effect", words(12), nullable=False),
        sa.Column("risk", sa.Integer(), nullable=False),
        sa.Column("recovery", words(80), nullable=False),
        sa.Column("params", TEXT, nullable=False),
        sa.Column("state", words(10), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("parts", TEXT, nullable=False),
        sa.Column("happened", words(8), nullable=False),
        sa.Column("error_class", words(16), nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("result", TEXT, nullable=False),
        sa.Column("token", TEXT, nullable=False),
        sa.Column("transcript", words(64), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("hold_until", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["device"], ["device.no"], name=op.f("fk_attempt_device_device")),
        sa.ForeignKeyConstraint(["run"], ["run.no"], name=op.f("fk_attempt_run_run")),
        sa.ForeignKeyConstraint(["task"], ["task.no"], name=op.f("fk_attempt_task_task")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_attempt")),
        sa.UniqueConstraint("id", name=op.f("uq_attempt_id")),
        sa.UniqueConstraint("run", "shard", "n", name=op.f("uq_attempt_run_shard_n")),
        sa.UniqueConstraint("task", "step", name=op.f("uq_attempt_task_step")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_device"), ["device"], unique=False)
        batch_op.create_index(batch_op.f("ix_attempt_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_attempt_lock",
            ["lock_key"],
            unique=True,
            sqlite_where=sa.text("holds"),
            postgresql_where=sa.text("holds"),
        )
