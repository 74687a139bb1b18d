import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { countdown, inWholeUnits, secondsLeft } from "../../chat/static/chat/js/composer/pace.js";

describe("slow mode", () => {
  test("counts down from the last post, in whole seconds", () => {
    const sent = 1_700_000_000_000;
    const left = [0, 1, 999, 1000, 29_001, 30_000, 90_000].map((passed) => secondsLeft(30, sent, sent + passed));
    assert.deepEqual(left, [30, 30, 30, 29, 1, 0, 0]);
  });

  test("never asks for more than its pace, whatever the reader's clock says", () => {
    assert.equal(secondsLeft(30, 1_700_000_000_000, 1_600_000_000_000), 30);
  });

  test("shows hours only where there are any", () => {
    const shown = [0, 5, 59, 60, 3599, 3600, 21_599, 21_600].map(countdown);
    assert.deepEqual(shown, ["0:00", "0:05", "0:59", "1:00", "59:59", "1:00:00", "5:59:59", "6:00:00"]);
  });

  test("is told in the largest unit that says it exactly", () => {
    const told = [1, 30, 60, 90, 600, 3600, 5400, 21_600].map((seconds) => {
      const { n, unit } = inWholeUnits(seconds);
      return `${n} ${unit}`;
    });
    assert.deepEqual(told, [
      "1 second",
      "30 second",
      "1 minute",
      "90 second",
      "10 minute",
      "1 hour",
      "90 minute",
      "6 hour",
    ]);
  });
});
