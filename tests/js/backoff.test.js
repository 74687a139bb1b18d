import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../../chat/static/chat/js/backoff.js";

test("the ceiling doubles from half a second to thirty", () => {
  const backoff = new Backoff(() => 1);
  const delays = Array.from({ length: 9 }, () => backoff.next());
  assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000]);
  backoff.reset();
  assert.equal(backoff.next(), 500);
});

test("the jitter is full: any delay below the ceiling may come", () => {
  assert.equal(new Backoff(() => 0).next(), 0);
  assert.equal(new Backoff(() => 0.25).next(), 125);
});
