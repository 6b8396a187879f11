from __future__ import annotations

import pytest
from sqlalchemy import select

from pedell.inventory.gather import gather
from pedell.inventory.importing import run_import
from pedell.inventory.repository import Inventory
from pedell.store.tables.inventory import device
from tests.inventory import family
from tests.inventory.conftest import Importer

SCHOOL = """\
sites:
  - slug: bert-brecht
    name: Bert-Brecht-Gymnasium
    campus: nord
    timezone: Europe/Berlin
    rooms: [B201, {name: B204, title: Physik, tags: [lab, Exam]}]
  - {slug: goethe, name: Goetheschule}
controllers:
  - {name: jamf, kind: jamf-pro, address: "https://jamf.example", options: {client_secret: secret://file/jamf}, limits: {connections: 5}}
devices:
  - name: bb-wb
    kind: whiteboard
    site: bert-brecht
    room: B204
    driver: line
    also: [{driver: line, address: "10.0.0.9:1", options: {port: 9}}]
    address: 10.0.0.1:1
    serial: 0012
    mac: 00-11-22-AA-BB-CC
    tags: [exam, New]
    options: {port: 1515, password: secret://env/WB}
    links: [{kind: uplink, to: bb-sw, detail: Gi1/0/4}]
  - {name: bb-sw, kind: switch, site: bert-brecht, driver: switch-ssh, address: 10.0.0.2}
  - {name: go-pj, kind: projector, site: goethe, room: no, driver: line, address: "10.0.1.1:1", controller: jamf}
links:
  - {device: bb-wb, kind: line, to: go-pj}
"""


def names(plan: object, what: str) -> list[str]:
    return [entry.name for entry in getattr(plan, what)]


def messages(plan: object) -> list[str]:
    return [str(finding) for finding in plan.findings]  # type: ignore[attr-defined]


def test_everything_arrives(importer: Importer, inventory: Inventory) -> None:
    plan = importer.yaml(SCHOOL)
    assert messages(plan) == []
    assert plan.counts["devices"] == {"added": 3, "changed": 0}
    assert plan.counts["rooms"] == {"added": 3, "changed": 0}
    with inventory.store.reading() as connection:
        detail = inventory.detail(connection, inventory.number(connection, "bb-wb"))
        assert detail.facts.serial == "0012"
        assert detail.mac == "00:11:22:aa:bb:cc"
        assert detail.tags == ("exam", "new")
        assert [(use.driver, use.address, dict(use.options)) for use in detail.uses] == [
            ("line", "10.0.0.1:1", {"port": 1515, "password": "secret://env/WB"}),
            ("line", "10.0.0.9:1", {"port": 9}),
        ]
        assert [(one.kind, one.other_name, one.detail) for one in detail.links] == [
            ("line", "go-pj", ""),
            ("uplink", "bb-sw", "Gi1/0/4"),
        ]
        assert inventory.devices(connection, "go-pj")[0].room == "no"
        (target,) = inventory.targets(connection, inventory.resolve(connection, "go-pj")).popitem()[1]
        assert target.controller is not None
        assert target.controller.options == {"client_secret": "secret://file/jamf"}


def test_the_same_again_changes_nothing(importer: Importer) -> None:
    importer.yaml(SCHOOL)
    plan = importer.yaml(SCHOOL, prune=True)
    assert plan.empty
    assert plan.unchanged == 3
    assert plan.gone == []


def test_changes_are_told_field_by_field(importer: Importer) -> None:
    importer.yaml(SCHOOL)
    changed = (
        SCHOOL.replace("room: B204", "room: B205")
        .replace("port: 1515", "port: 1516")
        .replace("Gi1/0/4", "Gi1/0/5")
    )
    plan = importer.yaml(changed.replace("campus: nord", "campus: süd"), dry_run=True)
    (one,) = plan.changed_devices
    assert {change.field: (change.before, change.after) for change in one.changes} == {
        "room": ("B204", "B205"),
        "options": (
            '{"password": "secret://env/WB", "port": 1515}',
            '{"password": "secret://env/WB", "port": 1516}',
        ),
        "links": ("line go-pj, uplink bb-sw (Gi1/0/4)", "line go-pj, uplink bb-sw (Gi1/0/5)"),
    }
    assert [(one.name, one.changes[0].before, one.changes[0].after) for one in plan.changed_sites] == [
        ("bert-brecht", "nord", "süd")
    ]
    assert importer.yaml(SCHOOL).empty, "a dry run writes nothing"
    assert not importer.yaml(changed).empty
    assert importer.yaml(changed).empty


def test_what_a_file_does_not_say_stays(importer: Importer, inventory: Inventory) -> None:
    importer.yaml(SCHOOL)
    plan = importer.csv("name;serial;model\nbb-wb;4711;\n", prune=True)
    assert plan.gone == [], "a file without sites calls nothing gone"
    (one,) = plan.changed_devices
    assert [change.field for change in one.changes] == ["serial"]
    with inventory.store.reading() as connection:
        detail = inventory.detail(connection, inventory.number(connection, "bb-wb"))
    assert (detail.facts.serial, detail.facts.room, detail.tags, len(detail.links)) == (
        "4711",
        "B204",
        ("exam", "new"),
        2,
    )


def test_gone_is_proposed_and_only_prune_retires(importer: Importer, inventory: Inventory) -> None:
    importer.yaml(SCHOOL)
    less = SCHOOL.replace(
        "  - {name: bb-sw, kind: switch, site: bert-brecht, driver: switch-ssh, address: 10.0.0.2}\n", ""
    ).replace("links: [{kind: uplink, to: bb-sw, detail: Gi1/0/4}]", "links: []")
    assert names(importer.yaml(less), "gone") == ["bb-sw"]
    with inventory.store.reading() as connection:
        assert len(inventory.resolve(connection, "bb-sw")) == 1
    importer.yaml(less, prune=True)
    with inventory.store.reading() as connection:
        assert inventory.resolve(connection, "bb-sw") == []
        assert len(inventory.resolve(connection, "bb-sw state=retired")) == 1
    assert importer.yaml(less).gone == []
    back = importer.yaml(SCHOOL)
    assert {
        change.field for one in back.changed_devices if one.entry.name == "bb-sw" for change in one.changes
    } == {"state"}


@pytest.mark.parametrize(
    ("other", "gone"),
    [
        ("devices:\n  - {name: go-new, kind: switch, site: goethe, driver: switch-ssh}\n", ["go-pj"]),
        ("sites:\n  - {slug: goethe}\n", []),
    ],
)
def test_a_file_speaks_for_its_sites_only(importer: Importer, other: str, gone: list[str]) -> None:
    importer.yaml(SCHOOL)
    assert names(importer.yaml(other, dry_run=True), "gone") == gone


def test_another_source_is_left_alone(importer: Importer) -> None:
    importer.yaml(SCHOOL, source="lab")
    text = "devices:\n  - {name: bb-new, kind: switch, site: bert-brecht, driver: switch-ssh}\n"
    assert importer.yaml(text, prune=True).gone == []


def test_a_device_on_a_bad_row_counts_as_present(importer: Importer) -> None:
    importer.yaml(SCHOOL)
    plan = importer.yaml(
        SCHOOL.replace("kind: switch", "kind: swich").replace("address: 10.0.0.1:1", "adress: 10.0.0.1:1"),
        prune=True,
    )
    assert plan.gone == []
    assert plan.refused == 2
    assert any("swich" in text and "did you mean switch?" in text for text in messages(plan))
    assert any(
        "there is no field 'adress'" in text and "did you mean address?" in text for text in messages(plan)
    )


@pytest.mark.parametrize(
    "bad",
    [
        "  - {kind: whiteboard, site: bert-brecht, driver: line}\n",
        "  - 7\n",
        "  - {name: [a], site: bert-brecht}\n",
    ],
)
def test_where_a_name_cannot_be_read_nothing_is_gone(importer: Importer, bad: str) -> None:
    importer.yaml(SCHOOL)
    text = "devices:\n  - {name: bb-new, kind: switch, site: bert-brecht, driver: switch-ssh}\n" + bad
    plan = importer.yaml(text, prune=True)
    assert plan.gone_unknown
    assert plan.gone == []
    assert names(plan, "new_devices") == ["bb-new"]
    assert plan.refused == 1


ROW = "devices:\n  - {{name: x, kind: whiteboard, site: s, driver: line, {0}}}\n"


@pytest.mark.parametrize(
    ("field", "place", "said"),
    [
        ("kind: blackboard", 2, "kind 'blackboard' is unknown"),
        ("driver: lime", 2, "did you mean line?"),
        ("driver: switch-ssh", 2, "driver switch-ssh is not for kind 'whiteboard'"),
        ("options: {port: many}", 2, "options.port"),
        ("options: {speed: 1}", 2, "driver line has no option 'speed' (port, password)"),
        ("options: {prot: 1}", 2, "driver line has no option 'prot' (did you mean port?)"),
        ("options: {password: hunter2}", 2, "holds a secret as itself"),
        ("options: {password: 1234}", 2, "holds a secret as itself"),
        ("options: {deep: {snmp_community: [public]}}", 2, "'snmp_community' holds a secret"),
        ("address: 'http://admin:hunter2@10.0.0.1/'", 2, "holds a password"),
        ("site: nowhere", 2, "no site nowhere"),
        ("controller: jam", 2, "no controller jam"),
        ("state: broken", 2, "active, spare, retired"),
        ("mac: 00:11", 2, "no MAC address"),
        ("serial: 1.23457E+11", 2, "spreadsheet"),
        ("tags: [a/b]", 2, "is no tag"),
        ('model: "a\\u0007b"', 2, "control character"),
        ('room: "a\\u202eb"', 2, "control character"),
        ("room: " + "x" * 65, 2, "longer than 64"),
        ("links: [{kind: uplink, to: x}]", 2, "linked to itself"),
        ("links: [{kind: uplink}]", 2, "'to' is missing"),
        ("links: uplink", 2, "a list is expected"),
        ("serial: [1]", 2, "single value"),
    ],
)
def test_a_bad_row_says_where_and_what(importer: Importer, field: str, place: int, said: str) -> None:
    key = field.split(":")[0]
    row = (
        ROW.format(field)
        if key not in ("kind", "driver", "site")
        else ROW.replace(key + {"kind": ": whiteboard", "driver": ": line", "site": ": s"}[key], field)
        .replace(", {0}", "")
        .replace("{{", "{")
        .replace("}}", "}")
    )
    plan = importer.yaml(
        row + "  - {name: good, kind: switch, site: s, driver: switch-ssh}\nsites: [{slug: s}]\n"
    )
    (finding,) = plan.findings
    assert said in str(finding)
    assert (finding.source, finding.line) == ("school.yaml", place)
    assert "hunter2" not in str(finding)
    assert "1234" not in str(finding)
    assert names(plan, "new_devices") == ["good"]


def test_twice_the_same(importer: Importer) -> None:
    plan = importer.yaml(
        """\
sites: [{slug: s}, {slug: s}]
devices:
  - {name: a, kind: whiteboard, site: s, driver: line, serial: S1, address: "10.0.0.1:1"}
  - {name: a, kind: whiteboard, site: s, driver: line}
  - {name: b, kind: whiteboard, site: s, driver: line, serial: s1}
  - {name: c, kind: whiteboard, site: s, driver: line, address: "10.0.0.1:1"}
  - {name: d, kind: whiteboard, site: s, driver: line, model: x, model: y}
"""
    )
    assert [(finding.line, finding.severity) for finding in plan.findings] == [
        (1, "error"),
        (4, "error"),
        (5, "error"),
        (6, "warning"),
        (7, "error"),
    ]
    assert "stands in line 3 already" in messages(plan)[1]
    assert "belongs to a already" in messages(plan)[2]
    assert "same address as a" in messages(plan)[3]
    assert names(plan, "new_devices") == ["a", "c", "d"]


def test_a_serial_number_of_the_store_is_taken(importer: Importer) -> None:
    importer.yaml(SCHOOL)
    plan = importer.yaml(
        'devices:\n  - {name: go-wb, kind: whiteboard, site: goethe, driver: line, serial: "0012"}\n'
    )
    assert "serial number 0012 belongs to bb-wb already" in messages(plan)[0]


def test_a_renamed_device_is_pointed_out(importer: Importer) -> None:
    importer.yaml(SCHOOL)
    plan = importer.yaml(SCHOOL.replace("bb-wb", "bb-b204-wb"), prune=True)
    assert plan.refused == 0
    assert "serial number of bb-wb, which is gone" in messages(plan)[0]
    assert names(plan, "gone") == ["bb-wb"]


def test_a_link_into_the_void_costs_the_link_only(importer: Importer, inventory: Inventory) -> None:
    plan = importer.yaml(SCHOOL.replace("kind: switch", "kind: swich"))
    assert plan.refused == 2
    assert any("no device bb-sw to link to" in text for text in messages(plan))
    with inventory.store.reading() as connection:
        detail = inventory.detail(connection, inventory.number(connection, "bb-wb"))
    assert [one.kind for one in detail.links] == ["line"]


def test_two_files_are_one_import(importer: Importer, plugins: object) -> None:
    sites = importer.folder / "sites.csv"
    sites.write_text("slug,name,campus\ns,Schule,nord\n")
    devices = importer.folder / "devices.csv"
    devices.write_text("name,kind,site,driver\nw,whiteboard,s,line\n")
    plan = run_import(importer.store, importer.plugins, lambda: gather([devices, sites]), source="file")
    assert messages(plan) == []
    assert plan.counts["devices"]["added"] == 1


def test_a_quarantined_plugin_is_the_hint(importer: Importer) -> None:
    importer.plugins = family.plugins(with_broken=True)
    plan = importer.yaml(
        "sites: [{slug: s}]\ndevices:\n  - {name: a, kind: whiteboard, site: s, driver: zzz}\n"
    )
    assert "quarantined plugins: broken" in messages(plan)[0]


def test_nothing_is_half_written(
    importer: Importer, inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pedell.inventory import apply

    def broken(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(apply._Writing, "change_devices", broken)
    with pytest.raises(RuntimeError):
        importer.yaml(SCHOOL)
    with inventory.store.reading() as connection:
        assert inventory.sites(connection) == []
        assert connection.execute(select(device)).all() == []


def test_somebody_else_writes_between_plan_and_writing(importer: Importer, inventory: Inventory) -> None:
    store, writing = importer.store, importer.store.writing

    def late() -> object:
        store.writing = writing  # type: ignore[method-assign]
        importer.yaml(SCHOOL.replace("room: B204", "room: B201"), source="lab")
        return writing()

    store.writing = late  # type: ignore[method-assign,assignment]
    plan = importer.yaml(SCHOOL)
    assert plan.counts["devices"] == {"added": 0, "changed": 3}
    assert importer.yaml(SCHOOL).empty
    with inventory.store.reading() as connection:
        assert inventory.count(connection, "room=B204 source=file") == 1


def test_umlauts_are_one_thing_however_they_are_written(importer: Importer, inventory: Inventory) -> None:
    importer.yaml(
        "sites: [{slug: s}]\ndevices:\n  - {name: Su\u0308d, kind: whiteboard, site: s, driver: line}\n"
    )
    with inventory.store.reading() as connection:
        assert inventory.devices(connection, "name=S\u00fcd")[0].name == "S\u00fcd"
        assert len(inventory.resolve(connection, "Su\u0308d")) == 1


def test_of_two_rows_with_one_serial_number_the_second_is_bad(importer: Importer) -> None:
    importer.yaml(SCHOOL)
    plan = importer.csv("name;serial\nbb-sw;X1\nbb-wb;x1\ngo-pj;0012\n", dry_run=True)
    assert [(finding.line, "belongs to bb-sw already" in finding.message) for finding in plan.findings] == [
        (3, True)
    ]
    swapped = importer.csv("name;serial\nbb-sw;0012\nbb-wb;X1\n")
    assert swapped.findings == []
    assert len(swapped.changed_devices) == 2


@pytest.mark.parametrize(
    "limits",
    [
        "{connections: 0}",
        "{requests_per_second: fast}",
        "{requests: 3}",
        "{burst: 1.5}",
        "{connections: true}",
    ],
)
def test_a_controllers_limits_are_figures_above_nothing(importer: Importer, limits: str) -> None:
    plan = importer.yaml(f"controllers:\n  - {{name: jamf, kind: mdm, address: x, limits: {limits}}}\n")
    assert len(messages(plan)) == 1 and "limit" in messages(plan)[0] + limits
    assert plan.counts["controllers"] == {"added": 0, "changed": 0}


def test_a_controllers_limits_go_before_the_drivers(importer: Importer, inventory: Inventory) -> None:
    text = SCHOOL.replace("limits: {connections: 5}", "limits: {connections: 7, requests_per_second: 2.5}")
    importer.yaml(text)
    with inventory.store.reading() as connection:
        (target,) = inventory.targets(connection, inventory.resolve(connection, "go-pj")).popitem()[1]
    limits = family.LineDriver.bears(target)
    assert limits is not None
    assert (limits.connections, limits.requests_per_second, limits.burst) == (7, 2.5, 1)
