"""Sites, rooms, devices, controllers, links.

Kinds, drivers, slugs, tags and states are stored in lower case, so that selectors compare them as they are.
`device.options` belongs to the first driver; further drivers stand in `device_driver`. `room.key` is the
name as `pedell.inventory.rooms.room_key` folds it.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from pedell.store.tables.base import BigId, Micros, metadata, number, ulid

site = Table(
    "site", metadata, number(), ulid(),
    Column("slug", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("campus", String(64), nullable=False, default=""),
    Column("timezone", String(64), nullable=False, default=""),
    Column("state", String(16), nullable=False, default="active"),
)  # fmt: skip

room = Table(
    "room", metadata, number(), ulid(),
    Column("site", BigId, ForeignKey("site.no"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("key", String(64), nullable=False),
    Column("title", String(200), nullable=False, default=""),
    Column("tags", Text, nullable=False, default="[]"),
    UniqueConstraint("site", "name"),
    Index(None, "key"),
)  # fmt: skip

controller = Table(
    "controller", metadata, number(), ulid(),
    Column("name", String(64), nullable=False, unique=True),
    Column("kind", String(64), nullable=False),
    Column("address", String(500), nullable=False),
    Column("options", Text, nullable=False, default="{}"),
    Column("limits", Text, nullable=False, default="{}"),
    Column("state", String(16), nullable=False, default="active"),
)  # fmt: skip

device = Table(
    "device", metadata, number(), ulid(),
    Column("name", String(128), nullable=False, unique=True),
    Column("kind", String(64), nullable=False),
    Column("site", BigId, ForeignKey("site.no"), nullable=False),
    Column("room", BigId, ForeignKey("room.no"), nullable=True),
    Column("driver", String(64), nullable=False),
    Column("address", String(500), nullable=False, default=""),
    Column("controller", BigId, ForeignKey("controller.no"), nullable=True),
    Column("model", String(128), nullable=False, default=""),
    Column("serial", String(128), nullable=False, default=""),
    Column("mac", String(32), nullable=False, default=""),
    Column("options", Text, nullable=False, default="{}"),
    Column("state", String(16), nullable=False, default="active"),  # active, spare, retired
    Column("source", String(64), nullable=False, default=""),
    Column("changed", Micros, nullable=False, default=0),
    Index(None, "site", "room"),
    Index(None, "room"),
    Index(None, "kind"),
    Index(None, "controller"),
    Index(None, "model"),
    Index(None, "serial"),
)  # fmt: skip

# Drivers after the first, in their order; an empty address is the device's.
device_driver = Table(
    "device_driver", metadata,
    Column("device", BigId, ForeignKey("device.no", ondelete="CASCADE"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("driver", String(64), nullable=False),
    Column("address", String(500), nullable=False, default=""),
    Column("options", Text, nullable=False, default="{}"),
    Index(None, "driver"),
)  # fmt: skip

device_tag = Table(
    "device_tag", metadata,
    Column("device", BigId, ForeignKey("device.no", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(64), primary_key=True),
    Index(None, "tag"),
)  # fmt: skip

# A link says how two devices hang together: uplink, queue_of, controls, line, port (detail: port name).
link = Table(
    "link", metadata, number(),
    Column("device", BigId, ForeignKey("device.no", ondelete="CASCADE"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("other", BigId, ForeignKey("device.no", ondelete="CASCADE"), nullable=False),
    Column("detail", String(128), nullable=False, default=""),
    UniqueConstraint("device", "kind", "other", "detail"),
    Index(None, "other"),
)  # fmt: skip
