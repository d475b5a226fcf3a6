"""The hub against a model that remembers everything: nothing lost, nothing twice, in order, bounded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from course_lib.realtime.hub import Batch, Hub, Message, Subscription

ROOMS = st.sampled_from(["", "a"])


def nothing() -> None:
    pass


def ids(messages: Any) -> list[int]:
    return [one.id for one in messages]


@dataclass(eq=False)
class Client:
    """What a test knows of one subscription: what it should get, and what it has taken."""

    subscription: Subscription
    due: list[Message]
    limit: int
    replayed: int
    taken: list[Message] = field(default_factory=list)
    wakes: int = 0


class HubMachine(RuleBasedStateMachine):
    """Random use of a hub with a short log."""

    HISTORY = 5

    def __init__(self) -> None:
        super().__init__()
        self.hub = Hub(self.HISTORY)
        self.all: list[Message] = []
        self.clients: list[Client] = []
        self.watched: list[Message] = []
        self.watch = self.hub.watch("a", self.watched.append)
        self.due_to_watch: list[Message] = []

    def kept(self) -> list[Message]:
        return self.all[-self.HISTORY :]

    def missed(self, cursor: int, room: str) -> bool:
        gone = self.all[: -self.HISTORY]
        return cursor > len(self.all) or any(one.id > cursor and one.room == room for one in gone)

    def rest(self, cursor: int, room: str) -> list[Message]:
        cursor = 0 if cursor > len(self.all) else cursor
        return [one for one in self.kept() if one.id > cursor and one.room == room]

    @rule(room=ROOMS, event=st.sampled_from(["", "joined"]))
    def publish(self, room: str, event: str) -> None:
        text = f"text {len(self.all) + 1}"
        listening = [one for one in self.clients if one.subscription.room == room and not one.subscription.overflowed]
        empty = [one for one in listening if not one.subscription.waiting]
        before = [one.wakes for one in self.clients]
        message = self.hub.publish(text, room=room, event=event)
        assert message == Message(len(self.all) + 1, text, room, event)
        self.all.append(message)
        if room == "a" and not self.watch.closed:
            self.due_to_watch.append(message)
        for one, wakes in zip(self.clients, before, strict=True):
            due_a_wake = one in listening and (one in empty or one.subscription.overflowed)
            assert one.wakes - wakes == due_a_wake
            if one.subscription.room == room:
                one.due.append(message)

    @rule(room=ROOMS, count=st.integers(2, 4))
    def publish_some(self, room: str, count: int) -> None:
        for _ in range(count):
            self.publish(room, "")

    @rule(
        room=ROOMS,
        after=st.none() | st.integers(0, 12),
        limit=st.integers(1, 2),
        slow=st.sampled_from(["drop", "disconnect"]),
    )
    def subscribe(self, room: str, after: int | None, limit: int, slow: Any) -> None:
        client: list[Client] = []

        def wake() -> None:
            client[0].wakes += 1

        subscription = self.hub.subscribe(room=room, after=after, limit=limit, slow=slow, wake=wake)
        due = [] if after is None else self.rest(after, room)
        assert subscription.missed == (after is not None and self.missed(after, room))
        assert subscription.waiting == len(due)
        client.append(Client(subscription, due, limit, len(due)))
        self.clients += client

    @precondition(lambda self: self.clients)
    @rule(data=st.data(), limit=st.none() | st.integers(0, 3))
    def take(self, data: st.DataObject, limit: int | None) -> None:
        one = data.draw(st.sampled_from(self.clients))
        waiting = one.subscription.waiting
        taken = one.subscription.take(limit)
        assert len(taken) == (waiting if limit is None else min(waiting, limit))
        assert one.subscription.waiting == waiting - len(taken)
        one.taken += taken

    @precondition(lambda self: self.clients)
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.clients))
        one.subscription.close()
        one.subscription.close()
        assert one.subscription.take() == []
        self.clients.remove(one)

    @rule()
    def stop_watching(self) -> None:
        self.watch.close()
        self.watch.close()

    @rule(cursor=st.integers(0, 12), room=ROOMS, limit=st.integers(1, 4))
    def ask(self, cursor: int, room: str, limit: int) -> None:
        rest = self.rest(cursor, room)
        batch = self.hub.after(cursor, room=room, limit=limit)
        assert list(batch.messages) == rest[:limit]
        assert batch.missed == self.missed(cursor, room)
        assert batch.cursor == (rest[limit - 1].id if len(rest) >= limit else len(self.all))

    @invariant()
    def nothing_lost_nothing_twice_in_order(self) -> None:
        assert self.watched == self.due_to_watch
        for one in self.clients:
            got = one.taken + list(one.subscription._queue)
            if one.subscription.slow == "disconnect":
                assert got == one.due[: len(got)]
                if not one.subscription.overflowed:
                    assert got == one.due
            else:
                assert len(got) + one.subscription.dropped == len(one.due)
                assert ids(got) == sorted(set(ids(got)))
                assert set(got) <= set(one.due)
                assert one.due[-1:] == got[-1:]

    @invariant()
    def queues_and_log_are_bounded(self) -> None:
        for one in self.clients:
            assert one.subscription.waiting <= one.limit + one.replayed
            if len(one.taken) >= one.replayed:
                assert one.subscription.waiting <= one.limit + max(0, one.replayed - len(one.taken))
        assert self.hub.stats()["kept"] == len(self.kept())
        assert (self.hub.newest, self.hub.oldest) == (len(self.all), self.kept()[0].id if self.all else 0)

    @invariant()
    def it_counts(self) -> None:
        here = [one for one in self.clients if not one.subscription.overflowed]
        for room in ("", "a"):
            assert self.hub.subscribers(room) == sum(one.subscription.room == room for one in here)
        assert self.hub.stats()["subscribers"] == len(here)
        assert self.hub.stats()["published"] == len(self.all)


HubMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestHubAgainstItsModel = HubMachine.TestCase


def test_every_client_sees_every_message() -> None:
    hub = Hub()
    clients = [hub.subscribe(wake=nothing) for _ in range(3)]
    hub.publish("one")
    hub.publish("two")
    assert [[one.data for one in client.take()] for client in clients] == [["one", "two"]] * 3


def test_wake_is_called_when_something_waits_and_not_again_before_it_is_taken() -> None:
    hub, wakes = Hub(), []
    client = hub.subscribe(wake=lambda: wakes.append(hub.newest))
    for _ in range(3):
        hub.publish("x")
    assert wakes == [1]
    client.take(2)
    hub.publish("x")
    assert wakes == [1]
    client.take()
    hub.publish("x")
    assert wakes == [1, 5]


def test_what_waits_from_the_log_wakes_nobody_and_does_not_count_against_the_limit() -> None:
    hub, wakes = Hub(), []
    for _ in range(10):
        hub.publish("x")
    client = hub.subscribe(after=2, limit=2, wake=lambda: wakes.append(hub.newest))
    assert (client.waiting, wakes) == (8, [])
    hub.publish("x")
    hub.publish("x")
    assert (client.waiting, client.overflowed) == (10, False)
    assert ids(client.take(9)) == list(range(3, 12))
    hub.publish("x")
    assert not client.overflowed
    hub.publish("x")
    assert client.overflowed
    assert ids(client.take()) == [12, 13]


def test_what_came_from_the_log_makes_no_room_once_it_is_taken() -> None:
    hub = Hub()
    for _ in range(10):
        hub.publish("x")
    client = hub.subscribe(after=0, limit=2, wake=nothing)
    client.take()
    for _ in range(3):
        hub.publish("x")
    assert client.overflowed


def test_a_message_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Hub().publish("x").data = "y"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Hub().after(0).missed = True  # type: ignore[misc]


def test_a_slow_client_is_given_up_and_the_others_are_not() -> None:
    hub, woken = Hub(), []
    slow = hub.subscribe(limit=2, wake=lambda: woken.append("slow"))
    quick = hub.subscribe(limit=2, wake=lambda: None)
    seen: list[int] = []
    for _ in range(4):
        hub.publish("x")
        seen += ids(quick.take())
    assert seen == [1, 2, 3, 4]
    assert (slow.overflowed, slow.waiting, woken) == (True, 2, ["slow", "slow"])
    assert hub.subscribers() == 1
    assert hub.stats()["overflowed"] == 1
    assert ids(hub.subscribe(after=slow.take()[-1].id, wake=nothing).take()) == [3, 4]


def test_a_slow_client_may_lose_the_oldest_instead() -> None:
    hub = Hub()
    client = hub.subscribe(limit=2, slow="drop", wake=nothing)
    for _ in range(5):
        hub.publish("x")
    assert (ids(client.take()), client.dropped, client.overflowed) == ([4, 5], 3, False)
    assert hub.stats()["dropped"] == 3


def test_a_fault_of_one_client_is_not_anothers() -> None:
    hub, seen = Hub(), []

    def fail(*_: object) -> None:
        raise RuntimeError("as you wish")

    hub.watch("", fail)
    hub.subscribe(wake=fail)
    client = hub.subscribe(wake=lambda: seen.append("woken"))
    hub.watch("", lambda message: seen.append(message.data))
    with pytest.raises(ExceptionGroup) as caught:
        hub.publish("one")
    assert len(caught.value.exceptions) == 2
    assert seen == ["woken", "one"]
    assert ids(client.take()) == [1]
    with pytest.raises(ExceptionGroup):
        hub.publish("two")
    assert seen == ["woken", "one", "woken", "two"]


def test_all_see_one_order_although_a_callback_publishes() -> None:
    hub = Hub()
    first, last = [], []

    def answer(message: Message) -> None:
        first.append(message.data)
        if message.data == "question":
            assert hub.publish("answer").id == 2
            assert first == ["question"]

    hub.watch("", answer)
    hub.watch("", lambda message: last.append(message.data))
    client = hub.subscribe(wake=nothing)
    hub.publish("question")
    assert first == last == ["question", "answer"]
    assert ids(client.take()) == [1, 2]


def test_who_comes_within_a_callback_gets_nothing_twice() -> None:
    hub: Hub = Hub()
    came: list[Subscription] = []
    watched: list[int] = []

    def wake() -> None:
        hub.publish("published meanwhile")
        came.append(hub.subscribe(after=0, wake=nothing))
        hub.watch("", lambda message: watched.append(message.id))

    first = hub.subscribe(wake=wake)
    hub.publish("first")
    assert ids(came[0].take()) == [1, 2]
    assert watched == []
    assert ids(first.take()) == [1, 2]


def test_who_leaves_within_a_callback_is_not_called_any_more() -> None:
    hub, seen = Hub(), []
    watch = hub.watch("", seen.append)
    later: list[Subscription] = []

    def wake() -> None:
        watch.close()
        later[0].close()

    hub.subscribe(wake=wake)
    later.append(hub.subscribe(wake=lambda: seen.append("woken")))
    hub.publish("x")
    assert seen == []
    assert later[0].waiting == 0
    assert hub.subscribers() == 1


def test_a_watch_stays_when_the_last_subscription_goes() -> None:
    hub, seen = Hub(), []
    hub.watch("", seen.append)
    hub.subscribe(wake=nothing).close()
    message = hub.publish("x")
    assert seen == [message]


def test_one_that_was_given_up_can_be_closed() -> None:
    hub = Hub()
    client = hub.subscribe(limit=1, wake=nothing)
    hub.publish("x")
    hub.publish("x")
    assert client.overflowed
    client.close()
    client.close()
    assert client.take() == []


def test_rooms_are_apart() -> None:
    hub = Hub()
    here, there = hub.subscribe(room="a", wake=nothing), hub.subscribe(wake=nothing)
    hub.publish("in a", room="a")
    hub.publish("in none")
    assert ([one.data for one in here.take()], [one.data for one in there.take()]) == (["in a"], ["in none"])
    assert hub.after(0, room="a") == Batch((Message(1, "in a", "a"),), 2, False)
    watch = hub.watch("c", lambda message: None)
    assert hub.stats()["rooms"] == 3
    here.close()
    there.close()
    watch.close()
    assert hub.stats()["rooms"] == 0


def test_after_a_restart_a_cursor_is_ahead_and_the_client_is_told() -> None:
    assert Hub().after(7) == Batch((), 0, True)
    hub = Hub()
    hub.publish("after the restart")
    assert hub.after(7) == Batch((Message(1, "after the restart"),), 1, True)
    assert hub.subscribe(after=7, wake=nothing).missed


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Hub(0),
        lambda: Hub().after(-1),
        lambda: Hub().after(0, limit=0),
        lambda: Hub().subscribe(wake=nothing, limit=0),
        lambda: Hub().subscribe(wake=nothing, after=-1),
        lambda: Hub().subscribe(wake=nothing, slow="wait"),  # type: ignore[arg-type]
    ],
)
def test_what_makes_no_sense_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"^expected .* got "):
        wrong()


def test_it_shows_its_state() -> None:
    hub = Hub()
    client = hub.subscribe(room="a", limit=1, slow="drop", wake=nothing)
    watch = hub.watch("a", lambda message: None)
    assert repr(hub) == "<Hub: messages none, 1 subscriptions in 1 rooms>"
    hub.publish("x", room="a")
    hub.publish("x", room="a")
    assert repr(hub) == "<Hub: messages 1…2, 1 subscriptions in 1 rooms>"
    assert repr(client) == "<Subscription to 'a': 1 waiting, 1 dropped>"
    assert repr(watch) == "<Watch on 'a': open>"
    client.close()
    watch.close()
    assert (repr(client), repr(watch)) == ("<Subscription to 'a': closed, 1 dropped>", "<Watch on 'a': closed>")
    given_up = hub.subscribe(limit=1, wake=nothing)
    hub.publish("x")
    hub.publish("x")
    assert repr(given_up) == "<Subscription to '': overflowed>"
