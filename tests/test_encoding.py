from datetime import UTC, datetime

from chat import encoding


def test_times_are_utc_with_milliseconds() -> None:
    time = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
    assert encoding.stamp(time) == "2026-01-02T03:04:05.678Z"
    assert encoding.stamp(time.replace(microsecond=0)) == "2026-01-02T03:04:05.000Z"
