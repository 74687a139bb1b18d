import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { mergePage } from "../../chat/static/chat/js/messages-state.js";
import { normalisePage, normaliseRoom, normaliseUser } from "../../chat/static/chat/js/normalise.js";
import { createOutcome, createRooms } from "../../chat/static/chat/js/room-state.js";
import { applyObject, helloCursors } from "../../chat/static/chat/js/rooms.js";
import { applyRefresh } from "../../chat/static/chat/js/snapshot-state.js";

/**
 * A vector is `{name, me, steps, expect}`. Steps are taken in order; each must cause exactly its `effects`
 * (default none):
 *   {"receive": [server objects of one frame]}
 *   {"hello": cursors}       a new connection would name exactly these
 *   {"page", "request"}      a page of history is asked for, and comes
 *   {"ask"}, {"answer"}      the same in two steps
 *   {"refresh": room}        the room object is asked for by HTTP, and comes
 * `expect` names every room that is left, and of each what must stand: see `view`. Objects may name a part of
 * the fields, lists are complete.
 */
const folder = new URL("vectors/", import.meta.url);

for (const file of readdirSync(folder)) {
  describe(file, () => {
    for (const vector of JSON.parse(readFileSync(new URL(file, folder), "utf8"))) {
      test(vector.name, () => assertPart(view(run(vector)), vector.expect, "state"));
    }
  });
}

/** @typedef {import("../../chat/static/chat/js/types.d.ts").RoomsState} RoomsState */

/** @param {any} vector @returns {RoomsState} */
function run({ me, steps }) {
  const state = createRooms(normaliseUser(me));
  /** @type {any} */
  const asked = {};
  for (const step of steps) {
    const outcome = createOutcome();
    take(state, step, outcome, asked);
    assert.deepEqual(outcome.effects, step.effects ?? [], `effects of ${JSON.stringify(step)}`);
  }
  return state;
}

/** @param {RoomsState} state @param {any} step @param {ReturnType<typeof createOutcome>} outcome @param {any} asked */
function take(state, step, outcome, asked) {
  const held = (/** @type {number} */ id) => {
    const room = state.rooms.get(id);
    assert.ok(room, `room ${id}`);
    return room;
  };
  for (const object of step.receive ?? []) applyObject(state, object, outcome, 0);
  if (step.hello) assert.deepEqual(helloCursors(state), step.hello);
  if (step.page)
    mergePage(held(step.request.room), normalisePage(step.page), request(held, step.request), outcome);
  if (step.ask) Object.assign(asked, { room: step.ask.room, request: request(held, step.ask) });
  if (step.answer) mergePage(held(asked.room), normalisePage(step.answer), asked.request, outcome);
  if (step.refresh) {
    const room = held(step.refresh.id);
    applyRefresh(room, normaliseRoom(step.refresh), room.counts.words, outcome);
  }
}

/** @param {(id: number) => any} held @param {any} asked */
function request(held, { room, kind, anchor }) {
  const target = held(room);
  if (kind === "latest" || kind === "around") target.generation++;
  return { kind, anchor, generation: target.generation };
}

/** @param {RoomsState} state @returns {any} */
function view(state) {
  const rooms = [...state.rooms.values()].map((room) => [
    room.id,
    {
      ...room,
      unread: room.info.unread,
      mentions: room.info.mentions,
      presence: Object.fromEntries(room.presence),
      members: Object.fromEntries(room.members),
      typing: [...room.typing.keys()],
    },
  ]);
  const expectable = Object.fromEntries(rooms);
  assert.equal(rooms.length, Object.keys(expectable).length);
  return { rooms: expectable };
}

/** @param {any} actual @param {any} expected @param {string} path */
function assertPart(actual, expected, path) {
  if (expected === null || typeof expected !== "object") return assert.equal(actual, expected, path);
  const complete = Array.isArray(expected) || path === "state.rooms" || path.endsWith(".presence");
  if (complete) assert.deepEqual(Object.keys(actual), Object.keys(expected), path);
  for (const [key, part] of Object.entries(expected)) assertPart(actual?.[key], part, `${path}.${key}`);
}

describe("whom the reader blocks", () => {
  const me = { id: 1, username: "ann", name: "Ann" };
  const welcome = { type: "welcome", user: me, epoch: "e1", rooms: [] };

  test("is what was told last, and nobody after a welcome that is followed by no word", () => {
    const state = createRooms(normaliseUser(me));
    const told = (/** @type {any[]} */ ...objects) => {
      const outcome = createOutcome();
      for (const object of objects) applyObject(state, object, outcome, 0);
      return [[...state.blocks], outcome.blocks];
    };
    assert.deepEqual(told(welcome), [[], false]);
    assert.deepEqual(told({ type: "blocks", users: [2, 3] }), [[2, 3], true]);
    assert.deepEqual(told({ type: "blocks", users: [3] }), [[3], true]);
    assert.deepEqual(told(welcome, { type: "blocks", users: [4] }), [[4], true]);
    assert.deepEqual(told(welcome), [[], true]);
  });
});

test("how many reports wait is the server's last word, and nothing to those who moderate nothing", () => {
  const state = createRooms(normaliseUser({ id: 1, username: "ann", name: "Ann" }));
  const told = (/** @type {number} */ open) => {
    const outcome = createOutcome();
    applyObject(state, { type: "cases", open }, outcome, 0);
    return [state.cases, outcome.cases];
  };
  assert.equal(state.cases, null);
  assert.deepEqual(told(0), [0, true]);
  assert.deepEqual(told(3), [3, true]);
  assert.deepEqual(told(3), [3, false]);
});

test("who has no user name has deleted their account", () => {
  assert.equal(normaliseUser({ id: 2, name: "in the server's words" }).name, "Former member");
  assert.equal(normaliseUser({ id: 2, username: "bob", name: "Bob" }).name, "Bob");
});
