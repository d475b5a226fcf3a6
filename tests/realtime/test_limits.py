"""The bounds of a server: ranges, types, JSON."""

from __future__ import annotations

import dataclasses
import json

import pytest

from course_lib.realtime import Limits


def test_they_come_back_from_json() -> None:
    some = Limits(max_body=10, slow="drop", heartbeat=0.5, origins=("http://localhost:8888",))
    assert Limits.from_json(some.to_json()) == some
    assert Limits.from_json("{}") == Limits()
    assert Limits.from_json('{"queue": 3, "ping_interval": 5}') == Limits(queue=3, ping_interval=5)


def test_the_bounds_a_server_has_unless_told_otherwise() -> None:
    assert json.loads(Limits().to_json()) == {
        "max_body": 16_384,
        "max_message": 65_536,
        "queue": 64,
        "history": 1000,
        "slow": "disconnect",
        "heartbeat": 15,
        "poll_timeout": 25,
        "retry_ms": 2000,
        "max_write_buffer": 262_144,
        "max_clients": 10_000,
        "header_timeout": 10,
        "ping_interval": 20,
        "ping_timeout": 20,
        "origins": [],
    }


@pytest.mark.parametrize(
    "name", [one.name for one in dataclasses.fields(Limits) if one.name not in ("slow", "origins")]
)
def test_every_number_has_a_range(name: str) -> None:
    whole = isinstance(getattr(Limits(), name), int)
    for value in (-1, 2**31, *(() if whole else (float("nan"), float("inf")))):
        with pytest.raises(ValueError, match=f"^expected {name} in .*, got {value}$"):
            Limits(**{name: value})
    with pytest.raises(
        TypeError, match=f"^expected {name} to be a {'whole number' if whole else 'number of seconds'}, "
    ):
        Limits(**{name: "1"})


def test_they_are_frozen_and_can_be_compared() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Limits().queue = 5  # type: ignore[misc]
    assert hash(Limits()) == hash(Limits())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "as a JSON object, got ''"),
        ("[]", "as a JSON object"),
        ("[" * 100_000, "as a JSON object"),
        ('{"que": 3}', "limits called max_body, .*; got 'que'"),
        ('{"queue": 0}', r"queue in 1…1,000,000, got 0"),
        ('{"retry_ms": -1}', "retry_ms in 0…"),
        ('{"heartbeat": 0}', r"heartbeat in 0.001…3,600.0, got 0"),
        ('{"heartbeat": NaN}', "heartbeat in"),
        ('{"poll_timeout": Infinity}', "poll_timeout in"),
        ('{"slow": "wait"}', "'drop' or 'disconnect', got 'wait'"),
        ('{"origins": ["localhost"]}', "expected an origin"),
        ('{"origins": ["*"]}', "expected an origin"),
    ],
)
def test_a_value_out_of_range_is_named(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Limits.from_json(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"queue": "3"}',
        '{"queue": 3.0}',
        '{"queue": true}',
        '{"heartbeat": "1"}',
        '{"heartbeat": false}',
        '{"origins": "http://localhost"}',
        '{"origins": [1]}',
    ],
)
def test_a_value_of_another_type_is_named(text: str) -> None:
    with pytest.raises(TypeError, match=r"^expected (queue|heartbeat|origins) to be a .*, got "):
        Limits.from_json(text)
