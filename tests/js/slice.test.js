import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { indexOf, Slice } from "../../chat/static/chat/js/timeline/slice.js";

/** @param {number} from @param {number} to @param {{hasBefore?: boolean, hasAfter?: boolean}} [more] */
function roomOf(from, to, { hasBefore = false, hasAfter = false } = {}) {
  const messages = [];
  // Every second tick is a message, as reactions and edits take ticks, too.
  for (let tick = from; tick <= to; tick += 2) messages.push({ id: tick, tick });
  return /** @type {import("../../chat/static/chat/js/types.d.ts").RoomState} */ (
    /** @type {unknown} */ ({ messages, hasBefore, hasAfter })
  );
}

/** @param {Slice} slice @param {ReturnType<typeof roomOf>} room */
function ends(slice, room) {
  const drawn = slice.of(room);
  return [drawn.at(0)?.tick, drawn.at(-1)?.tick, drawn.length];
}

describe("what is drawn of a room", () => {
  test("opens at the end, with a bounded number of messages", () => {
    const slice = new Slice();
    assert.deepEqual(ends(slice, roomOf(1, 1999)), [1801, 1999, 100]);
    assert.equal(slice.atEnd(roomOf(1, 1999)), true);
    assert.equal(slice.atEnd(roomOf(1, 1999, { hasAfter: true })), false);
  });

  test("a room with nothing in it is at both ends", () => {
    const slice = new Slice();
    const room = roomOf(1, 0);
    assert.deepEqual(slice.of(room), []);
    assert.equal(slice.atStart(room) && slice.atEnd(room), true);
  });

  test("going up draws more, and never more than 400: the far end is given up", () => {
    const slice = new Slice();
    const room = roomOf(1, 1999);
    slice.of(room);
    for (let i = 0; i < 4; i++) assert.equal(slice.up(room), true);
    assert.deepEqual(ends(slice, room), [1321, 1999, 340]);
    assert.equal(slice.atEnd(room), true);
    slice.up(room);
    slice.up(room);
    assert.deepEqual(ends(slice, room), [1081, 1879, 400]);
    assert.equal(slice.atEnd(room), false);
  });

  test("at the top there is nothing to go up to", () => {
    const slice = new Slice();
    const room = roomOf(1, 99);
    slice.of(room);
    assert.equal(slice.atStart(room), true);
    assert.equal(slice.up(room), false);
    assert.equal(slice.atStart(roomOf(1, 99, { hasBefore: true })), false);
  });

  test("going down again leads back to the end", () => {
    const slice = new Slice();
    const room = roomOf(1, 1999);
    slice.of(room);
    while (slice.up(room)) slice.of(room);
    assert.deepEqual(ends(slice, room), [1, 799, 400]);
    while (slice.down(room)) slice.of(room);
    assert.deepEqual(ends(slice, room), [1201, 1999, 400]);
    assert.equal(slice.atEnd(room), true);
  });

  test("history that was loaded above does not move what is drawn", () => {
    const slice = new Slice();
    assert.deepEqual(ends(slice, roomOf(1001, 1099)), [1001, 1099, 50]);
    assert.deepEqual(ends(slice, roomOf(901, 1099)), [1001, 1099, 50]);
  });

  test("held, it does not grow with what arrives", () => {
    const slice = new Slice();
    slice.of(roomOf(1, 199));
    slice.hold(roomOf(1, 1999));
    assert.deepEqual(ends(slice, roomOf(1, 1999)), [1, 799, 400]);
    slice.reset();
    assert.deepEqual(ends(slice, roomOf(1, 1999)), [1801, 1999, 100]);
  });

  test("around a message, also one that is gone", () => {
    const slice = new Slice();
    slice.around(roomOf(1, 1999), 1000);
    assert.deepEqual(ends(slice, roomOf(1, 1999)), [881, 1121, 121]);
    slice.around(roomOf(1, 1999), 1999);
    assert.equal(slice.atEnd(roomOf(1, 1999)), true);
  });

  test("the index of a tick, of one between two and of one beyond", () => {
    const { messages } = roomOf(1, 9);
    assert.deepEqual(
      [0, 1, 2, 9, 10].map((tick) => indexOf(messages, tick)),
      [0, 0, 1, 4, 5],
    );
  });
});
