/** @import { Message } from "../../chat/static/chat/js/types.d.ts" */
import assert from "node:assert/strict";
import { test } from "node:test";
import { normaliseMessage } from "../../chat/static/chat/js/normalise.js";
import { Reader } from "./reader.js";
import { randomFrom, Server } from "./simulator.js";

const SEEDS = 1500;
const STEPS = 150;

test("any interleaving of changes, deltas, cuts, repeats and pages ends as a fresh load", () => {
  let edited = 0;
  let detached = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const server = new Server(randomFrom(seed));
    const reader = new Reader(server);
    for (let step = 0; step < STEPS; step++) reader.step();
    reader.settle();
    assertFresh(reader, server, seed);
    edited += Number(reader.room?.messages.some((message) => message.edited_at !== null) ?? false);
    detached += Number(reader.room?.hasAfter ?? false);
  }
  // Else the runs would prove little.
  assert.ok(edited > SEEDS / 4, `only ${edited} windows held an edited message`);
  assert.ok(detached > SEEDS / 20, `only ${detached} windows ended detached`);
});

/** @param {Reader} reader @param {Server} server @param {number} seed */
function assertFresh({ room }, server, seed) {
  assert.ok(room);
  const { messages, ...held } = room;
  const info = server.room();
  assert.deepEqual(
    { ...held.info, cursor: held.cursor },
    { ...info, cursor: server.clock, clock: held.info.clock },
    `seed ${seed}: room`,
  );
  assert.deepEqual(
    messages.map(comparable),
    expectedWindow(room, server).map(comparable),
    `seed ${seed}: messages`,
  );
  assertSilent(messages, expectedWindow(room, server), seed);
  for (const [id, member] of room.members) {
    assert.equal(member.left, server.members.get(id)?.left, `seed ${seed}: member ${id}`);
  }
}

/** @param {import("../../chat/static/chat/js/types.d.ts").RoomState} room @param {Server} server */
function expectedWindow(room, server) {
  if (!room.loaded) return [];
  const first = room.hasBefore ? (room.messages[0]?.tick ?? 0) : 0;
  const last = room.hasAfter ? (room.messages.at(-1)?.tick ?? 0) : Number.POSITIVE_INFINITY;
  return server.messages
    .filter(({ tick }) => tick >= first && tick <= last)
    .map((message) => normaliseMessage(server.encode(message)));
}

/** @param {Message} message An excerpt is of the time it was made, but for deletion: see `assertSilent`. */
function comparable(message) {
  const reply = message.reply_to;
  return { ...message, reply_to: reply && { ...reply, excerpt: "" } };
}

/**
 * Nothing quotes a tombstone. What was restored may be quoted or not: the client may hear late that it was away.
 * @param {Message[]} messages @param {Message[]} expected @param {number} seed
 */
function assertSilent(messages, expected, seed) {
  expected.forEach(({ reply_to: reply }, place) => {
    if (reply?.excerpt === "") assert.equal(messages[place]?.reply_to?.excerpt, "", `seed ${seed}: a quotation`);
  });
}
