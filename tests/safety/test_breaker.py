"""The breaker's state machine, by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pedell.safety.breaker import TRIAL_SECONDS, Breaker, Rule, State

RULE = Rule(devices=3, percent=50, minimum=6, window=100, pause=60)
DEVICES = st.integers(0, 5)


def opened(rule=RULE):
    breaker = Breaker(rule)
    for device in range(rule.devices):
        breaker.tell(device, 10, ok=False)
    assert breaker.state is State.OPEN
    return breaker


def test_one_device_alone_opens_nothing():
    breaker = Breaker(RULE)
    for second in range(50):
        breaker.tell(1, second, ok=False)
    assert breaker.state is State.CLOSED


def test_different_devices_in_a_row_open_it():
    assert opened().failures == 3


def test_a_success_in_between_starts_anew():
    breaker = Breaker(RULE)
    for device in (1, 2):
        breaker.tell(device, 1, ok=False)
    breaker.tell(9, 2, ok=True)
    breaker.tell(3, 3, ok=False)
    assert breaker.state is State.CLOSED


def test_reads_that_go_well_do_not_hide_effects_that_fail():
    breaker = Breaker(RULE)
    for device in range(3):
        breaker.tell(device, device, ok=True, reads=True)
        breaker.tell(device, device, ok=False)
    assert breaker.state is State.OPEN
    breaker.tell(0, 5, ok=True, reads=True)
    assert breaker.state is State.OPEN, "and do not close what effects have opened"


def test_reads_open_it_and_close_it_again():
    breaker = Breaker(RULE)
    for device in range(3):
        breaker.tell(device, device, ok=False, reads=True)
    assert breaker.state is State.OPEN
    breaker.tell(5, 4, ok=False, reads=True)
    breaker.tell(4, 5, ok=True, reads=True)
    assert breaker.state is State.CLOSED


def test_who_answered_within_the_window():
    breaker = Breaker(RULE)
    breaker.tell(1, 0, ok=True, reads=True)
    assert breaker.answered(1, 99) and not breaker.answered(1, 101) and not breaker.answered(2, 1)
    breaker.tell(1, 5, ok=False, reads=True)
    assert not breaker.answered(1, 6)


def test_what_is_long_past_does_not_count():
    breaker = Breaker(RULE)
    for device in range(10):
        breaker.tell(device, device * 60, ok=False)
    assert breaker.state is State.CLOSED


def test_a_share_of_devices_opens_it():
    breaker = Breaker(Rule(devices=100, percent=50, minimum=6, window=100, pause=60))
    for device in range(5):
        breaker.tell(device, device, ok=device % 2 == 0)
    assert breaker.state is State.CLOSED  # too few
    breaker.tell(5, 5, ok=False)
    assert breaker.state is State.OPEN


def test_open_then_one_then_closed():
    breaker = opened()
    assert breaker.ask(1, 11) == 70
    assert breaker.ask(1, 70) == 0 and breaker.state is State.HALF_OPEN
    assert breaker.ask(2, 71) == 70 + TRIAL_SECONDS
    assert breaker.ask(1, 72) == 0  # the same one may come back
    breaker.tell(1, 73, ok=True)
    assert breaker.state is State.CLOSED and breaker.ask(2, 73) == 0


def test_open_then_one_then_open_again():
    breaker = opened()
    breaker.ask(1, 70)
    breaker.tell(1, 73, ok=False)
    assert breaker.ask(2, 74) == 73 + 60


def test_a_trial_without_an_answer_goes_to_another():
    breaker = opened()
    breaker.ask(1, 70)
    assert breaker.ask(2, 70 + TRIAL_SECONDS) == 0
    assert breaker.ask(1, 71 + TRIAL_SECONDS) > 0


def test_a_late_success_does_not_close_an_open_one():
    breaker = opened()
    breaker.tell(4, 12, ok=True)
    assert breaker.state is State.OPEN


@given(st.lists(st.tuples(DEVICES, st.booleans()), max_size=40))
def test_closed_never_stops_anybody(calls):
    breaker = Breaker(Rule(devices=1000, percent=100, minimum=0, window=10, pause=60))
    for second, (device, ok) in enumerate(calls):
        breaker.tell(device, second, ok=ok)
        assert breaker.ask(device, second) == 0


class Life(RuleBasedStateMachine):
    """Whatever happens in whatever order."""

    @initialize()
    def begin(self):
        self.breaker = Breaker(RULE)
        self.now = 0.0
        self.admitted: set[int] = set()
        self.bad: list[int] = []

    @rule(seconds=st.sampled_from([0.5, 5, 30, 61, 130]))
    def time_goes_by(self, seconds):
        self.now += seconds

    @rule(device=DEVICES)
    def ask(self, device):
        before, since = self.breaker.state, self.breaker.since
        until = self.breaker.ask(device, self.now)
        if before is State.CLOSED:
            assert until == 0
        if before is State.OPEN:
            assert (until == 0) == (self.now >= since + RULE.pause)
        if until:
            assert until > self.now and self.breaker.state is before
        elif before is not State.CLOSED:
            if before is State.OPEN or self.now >= since + TRIAL_SECONDS:
                self.admitted = set()
            self.admitted.add(device)
            # One at a time.
            assert len(self.admitted) == 1

    @rule(device=DEVICES)
    def fails(self, device):
        before = self.breaker.state
        self.breaker.tell(device, self.now, ok=False)
        self.bad.append(device)
        if before is State.CLOSED and self.breaker.state is State.OPEN:
            assert len(set(self.bad)) >= RULE.devices
        if before is State.OPEN:
            assert self.breaker.state is State.OPEN
        if before is State.HALF_OPEN:
            assert (self.breaker.state is State.OPEN) == (device in self.admitted)

    @rule(device=DEVICES)
    def goes_well(self, device):
        before = self.breaker.state
        self.breaker.tell(device, self.now, ok=True)
        assert (
            self.breaker.state is (State.OPEN if before is State.OPEN else State.CLOSED)
            or before is State.CLOSED
        )
        if self.breaker.state is State.CLOSED and before is State.HALF_OPEN:
            self.bad = []

    @precondition(lambda self: self.breaker.state is not State.CLOSED)
    @rule()
    def reset(self):
        self.breaker.close(self.now)
        self.bad = []
        assert self.breaker.ask(0, self.now) == 0

    @invariant()
    def says_since_when(self):
        assert self.breaker.since <= self.now


TestLife = Life.TestCase
