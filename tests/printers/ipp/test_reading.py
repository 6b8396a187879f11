"""Attributes as results: examples from real devices, and anything that a hostile one may send."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pedell_printers.contract import JobState, PrinterState
from pedell_printers.ipp import reading
from pedell_printers.ipp.codec import Attribute, AttributeGroup, Data, Value, attribute
from pedell_printers.ipp.reading import View
from pedell_printers.ipp.words import Group, Tag
from pedell_printers.reasons import Fault


def view(*attributes: Attribute) -> View:
    return View(AttributeGroup(Group.PRINTER, attributes))


def test_supplies_of_ippeveprinter() -> None:
    """The printer-supply of ippeveprinter 2.4.2: of the waste box nobody knows what its level means."""
    status = reading.status(
        view(
            attribute(
                "printer-supply",
                Tag.OCTETS,
                b"index=1;class=receptacleThatIsFilled;type=wasteToner;unit=percent;maxcapacity=100;level=25;colorantname=unknown;",
                b"index=2;class=supplyThatIsConsumed;type=toner;unit=percent;maxcapacity=100;level=75;colorantname=black",
            ),
            attribute("printer-supply-description", Tag.TEXT, "Toner Waste Tank", "Black Toner"),
        )
    )
    assert [(s.name, s.kind, s.level) for s in status.supplies] == [
        ("Toner Waste Tank", "wasteToner", None),
        ("Black Toner", "toner", 75),
    ]


def test_levels_below_zero_are_codes() -> None:
    status = reading.status(
        view(
            attribute("marker-names", Tag.NAME, "Black", "Cyan", "Waste", "Drum"),
            attribute("marker-types", Tag.KEYWORD, "toner", "toner", "wasteToner"),
            attribute("marker-levels", Tag.INTEGER, -3, 4, 90, -2),
            attribute("marker-low-levels", Tag.INTEGER, 10, 10, 10),
        )
    )
    assert [(s.name, s.level, s.low) for s in status.supplies] == [
        ("Black", None, False), ("Cyan", 4, True), ("Waste", None, False), ("Drum", None, False),
    ]  # fmt: skip


def test_the_up_time_of_cups_is_none() -> None:
    assert reading.status(view(attribute("printer-up-time", Tag.INTEGER, 1_795_000_000))).uptime is None
    assert reading.status(view(attribute("printer-up-time", Tag.INTEGER, 86_400))).uptime == 86_400


def test_a_printer_that_says_nothing() -> None:
    status = reading.status(view())
    assert (status.state, status.fault, status.queued_jobs) == (PrinterState.UNKNOWN, Fault.NONE, None)
    assert (status.accepting, status.paused, status.supplies) == (None, False, ())


def test_the_serial_number_stands_in_the_device_id() -> None:
    device = "MFG:Kyocera;CMD:PCLXL,PostScript;MDL:ECOSYS P3145dn;CLS:PRINTER;SN:VCF1234567;"
    who = reading.identity(view(attribute("printer-device-id", Tag.TEXT, device)))
    assert (who.manufacturer, who.model, who.serial) == ("Kyocera", "ECOSYS P3145dn", "VCF1234567")


def test_the_age_of_a_job() -> None:
    job = reading.job(
        view(
            attribute("job-id", Tag.INTEGER, 7),
            attribute("job-state", Tag.ENUM, 5),
            attribute("time-at-creation", Tag.INTEGER, 100),
            attribute("job-printer-up-time", Tag.INTEGER, 400),
        )
    )
    assert (job.id, job.state, job.age, job.size) == (7, JobState.PROCESSING, 300, None)


NAMES = sorted({*reading.STATUS_ATTRIBUTES, *reading.INFO_ATTRIBUTES, *reading.JOB_ATTRIBUTES})
data: st.SearchStrategy[Data] = st.one_of(
    st.integers(-(2**31), 2**31 - 1), st.booleans(), st.text(max_size=30), st.binary(max_size=30),
    st.sampled_from(["level=9", "maxcapacity=0;level=5", "MFG:;SN:", "a=b;;=;level=-2", "\udcff"]),
    st.sampled_from([b"level=7;maxcapacity=0", b"level=99999999999999;maxcapacity=3", b"\xff=;"]),
)  # fmt: skip
values = st.builds(Value, st.integers(0x10, 0x4A), data)
attributes = st.builds(Attribute, st.sampled_from(NAMES), st.lists(values, min_size=1, max_size=4).map(tuple))


@given(st.lists(attributes, max_size=8))
def test_anything_may_come(sent: list[Attribute]) -> None:
    seen = view(*sent)
    for read in (reading.status, reading.info, reading.job, reading.identity):
        text = repr(read(seen))
        assert text.isprintable()
    for supply in reading.status(seen).supplies:
        assert supply.level is None or 0 <= supply.level <= 100
