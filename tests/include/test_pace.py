"""The gate of a task's requests, passed by coroutines whose answers the test decides."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from include import pace as module
from include.budget import SECOND
from include.errors import Limited, WarehouseTrouble
from include.pace import LONGEST_HOLD, ROUNDS, Pace


def headers(remaining, limit=100, reset=3600):
    at = int(datetime.now(UTC).timestamp()) + reset
    return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(remaining), "X-RateLimit-Reset": str(at)}


async def settle():
    """Let everybody go on who can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def answered(pace, status=200, told=None):
    async with pace.turn() as number:
        pace.heard(number, status, told or {})


class Sender:
    """Requests that stay in flight until the test answers them."""

    def __init__(self, pace):
        self.pace = pace
        self.flying = {}
        self.sent = asyncio.Event()
        self.faults = []
        self.tasks = []

    def send(self, count):
        self.tasks += [asyncio.create_task(self._send()) for _ in range(count)]

    async def _send(self):
        try:
            async with self.pace.turn() as number:
                answer = self.flying[number] = asyncio.get_running_loop().create_future()
                self.sent.set()
                self.pace.heard(number, *await answer)
        except Limited as fault:
            self.faults.append(fault)

    def answer(self, number, status=200, told=None):
        self.flying.pop(number).set_result((status, told or {}))

    async def done(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def test_one_request_asks_before_many_spend_what_nobody_has_told_yet():
    async def story():
        sender = Sender(pace := Pace(8))
        sender.send(20)
        await settle()
        first = pace.in_flight
        sender.answer(1)
        await settle()
        then = pace.in_flight
        await sender.done()
        return first, then

    assert asyncio.run(story()) == (1, 8)


def test_a_429_halves_once_a_burst_and_never_below_one():
    async def story():
        pace = Pace(8)
        await answered(pace)
        widths = []
        for burst in (8, 4, 2, 1):
            async with AsyncExitStack() as stack:
                for number in [await stack.enter_async_context(pace.turn()) for _ in range(burst)]:
                    pace.heard(number, 429, {})
                widths.append(pace.width)
        return widths

    assert asyncio.run(story()) == [4, 2, 1, 1]


def test_what_was_lost_is_regained_one_by_one_after_rounds_of_good_answers():
    async def story():
        pace = Pace(4)
        await answered(pace, 429)
        rounds = []
        for _ in range(3):
            width, count = pace.width, 0
            while pace.width == width and count < 1000:
                await answered(pace)
                count += 1
            rounds.append((width, count))
            if pace.width == pace.most:
                break
        await answered(pace)
        return rounds, pace.width

    assert asyncio.run(story()) == ([(2, 2 * ROUNDS), (3, 3 * ROUNDS)], 4)


def test_a_429_on_the_way_back_starts_the_rounds_again():
    async def story():
        pace = Pace(4)
        await answered(pace, 429)
        for _ in range(2 * ROUNDS - 1):
            await answered(pace)
        await answered(pace, 500)
        before = pace.width
        await answered(pace, 429)
        return before, pace.width

    assert asyncio.run(story()) == (2, 1)


@pytest.mark.parametrize(("readers", "width"), [(0, 8), (1, 8), (2, 4), (3, 2), (9, 1)])
def test_those_who_read_with_one_key_share_what_may_be_in_flight(readers, width):
    async def attend():
        return readers

    async def story():
        pace = Pace(8, attend=attend)
        await answered(pace)
        return pace.width

    assert asyncio.run(story()) == width


@pytest.mark.parametrize("fault", [Limited("another reads first"), WarehouseTrouble("gone")], ids=repr)
def test_what_stops_one_request_stops_all_and_lets_those_in_flight_come(fault):
    async def attend():
        raise fault

    async def story():
        pace = Pace(8)
        await answered(pace)
        async with pace.turn():
            pace.attend = attend
            for _ in range(3):
                with pytest.raises(type(fault)):
                    await answered(pace)
            assert pace.in_flight == 1

    asyncio.run(story())


def test_nothing_is_sent_before_it_is_known_who_else_reads():
    async def attend():
        await settle()
        raise Limited("another reads first")

    async def story():
        sender = Sender(Pace(8, attend=attend))
        sender.send(8)
        await asyncio.gather(*sender.tasks)
        return sender

    sender = asyncio.run(story())
    assert not sender.flying
    assert len(sender.faults) == 8


def test_requests_in_flight_count_as_spent_until_their_answers_tell():
    async def story():
        sender = Sender(pace := Pace(8, reserve=0.1))
        sender.send(12)
        await settle()
        # 13 left, 10 of them the reserve: three may go.
        sender.answer(1, told=headers(13))
        await settle()
        flying = [sorted(sender.flying)]
        sender.answer(2, told=headers(12))
        await settle()
        flying.append(sorted(sender.flying))
        sender.answer(3, told=headers(11))
        sender.answer(4, told=headers(10))
        await settle()
        flying.append(sorted(sender.flying))
        faults = sender.faults
        await sender.done()
        return flying, pace, faults

    flying, pace, faults = asyncio.run(story())
    assert flying == [[2, 3, 4], [3, 4], []]
    assert pace.budget.remaining == 10
    assert len(faults) == 8
    assert "down to its reserve: 10 of 100 requests left" in str(faults[0])
    assert faults[0].resume_at == pace.budget.resets_at + SECOND


def test_near_the_end_of_the_budget_those_who_share_a_key_send_one_at_a_time():
    async def attend():
        return 2

    async def story():
        sender = Sender(pace := Pace(8, attend=attend))
        sender.send(8)
        await settle()
        in_flight = []
        for number, remaining in enumerate((9, 5, 4), start=1):
            sender.answer(number, told=headers(remaining))
            await settle()
            in_flight.append(pace.in_flight)
        while sender.flying:
            sender.answer(min(sender.flying), told=headers(3))
            await settle()
            in_flight.append(pace.in_flight)
            if len(in_flight) == 6:
                break
        await sender.done()
        return in_flight

    assert asyncio.run(story()) == [4, 3, 2, 1, 1, 1]


def test_requests_that_are_not_counted_by_the_source_are_sent_in_their_stead():
    async def story():
        sender = Sender(Pace(8))
        sender.send(4)
        await settle()
        sender.answer(1, told=headers(2))
        await settle()
        sender.answer(2, 500)
        await settle()
        flying = sorted(sender.flying)
        await sender.done()
        return flying

    assert asyncio.run(story()) == [3, 4]


@pytest.mark.parametrize(
    ("status", "names"),
    [
        (429, ["Retry-After"]),
        (429, ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]),
        (429, ["X-RateLimit-Reset"]),
        (503, ["Retry-After"]),
    ],
    ids=str,
)
def test_what_the_source_asks_to_wait_for_binds_every_worker(status, names):
    every = {**headers(0, reset=600), "Retry-After": "600"}

    async def story():
        pace = Pace(8)
        async with pace.turn() as number:
            pace.heard(number, status, {name: every[name] for name in names})
            # An answer without a word, that was on its way, takes nothing back.
            pace.heard(number, 200, {})
        with pytest.raises(Limited) as raised:
            await answered(pace)
        return raised.value

    wait = asyncio.run(story()).resume_at - datetime.now(UTC)
    assert timedelta(seconds=590) < wait <= timedelta(seconds=601)


@pytest.mark.parametrize(
    "told", [{}, {"X-RateLimit-Reset": "1700000000"}, {"Retry-After": "0"}], ids=["nothing", "a past reset", "no wait"]
)
def test_a_429_that_says_nothing_of_when_binds_nobody(told):
    async def story():
        pace = Pace(8)
        await answered(pace, 429, told)
        await answered(pace)
        return pace.until, pace.width

    assert asyncio.run(story()) == (None, 4)


def test_the_reset_of_a_window_is_no_wish_to_wait():
    async def story():
        pace = Pace(8)
        await answered(pace, 503, headers(50))
        await answered(pace, 200, headers(49))
        return pace.until

    assert asyncio.run(story()) is None


def test_a_short_wait_is_held_at_the_gate_and_then_one_asks_first(monkeypatch):
    monkeypatch.setattr(module, "SECOND", timedelta(0))
    monkeypatch.setattr(module, "retry_after", lambda *_: datetime.now(UTC) + timedelta(seconds=0.2))

    async def story():
        sender = Sender(pace := Pace(8))
        sender.send(1)
        await settle()
        sender.answer(1, 429)
        await settle()
        sender.send(8)
        sender.sent.clear()
        await settle()
        held = pace.in_flight
        await sender.sent.wait()
        await settle()
        probing = pace.in_flight
        sender.answer(2)
        await settle()
        then, faults = pace.in_flight, sender.faults
        await sender.done()
        return held, probing, then, faults

    assert asyncio.run(story()) == (0, 1, 4, [])


def test_a_spent_budget_that_nobody_renews_is_waited_for_a_minute():
    async def story():
        pace = Pace(8)
        await answered(pace, told={"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "0"})
        await answered(pace)

    with pytest.raises(Limited) as raised:
        asyncio.run(story())
    assert raised.value.resume_at > datetime.now(UTC) + LONGEST_HOLD


def test_one_pace_may_serve_one_loop_after_the_other():
    pace = Pace(1)

    async def story():
        await asyncio.gather(*(answered(pace) for _ in range(5)))

    asyncio.run(story())
    asyncio.run(story())
    assert pace.in_flight == 0
