/** @import { Id, Outcome, Room, RoomsState, RoomState, Tick, User } from "./types.d.ts" */

/** @param {User} me @returns {RoomsState} */
export function createRooms(me) {
  return {
    me,
    epoch: null,
    rooms: new Map(),
    named: new Set(),
    people: new Map([[me.id, me]]),
    blocks: new Set(),
    cases: null,
  };
}

/** @param {Room} info a snapshot: the server sends what happens after `info.clock` @returns {RoomState} */
export function createRoom(info) {
  return {
    id: info.id,
    info,
    cursor: info.clock,
    whole: info.clock,
    syncing: false,
    loaded: false,
    messages: [],
    hasBefore: false,
    hasAfter: false,
    generation: 0,
    divider: null,
    members: new Map(),
    typing: new Map(),
    presence: new Map(),
    counts: {
      clock: info.clock,
      words: 0,
      corrected: 0,
      unread: info.unread,
      mentions: info.mentions,
      born: new Map(),
    },
    infoTick: info.clock,
    membersClock: info.clock,
  };
}

/** @returns {Outcome} */
export function createOutcome() {
  return {
    effects: [],
    touched: new Map(),
    upserts: new Map(),
    replaced: new Set(),
    settled: new Set(),
    users: [],
    restored: false,
    blocks: false,
    notices: [],
    welcomed: false,
    cases: false,
    recorded: new Set(),
  };
}

/** @param {Outcome} outcome @param {Id} room @param {string} aspect */
export function touch(outcome, room, aspect) {
  const aspects = outcome.touched.get(room);
  if (aspects) aspects.add(aspect);
  else outcome.touched.set(room, new Set([aspect]));
}

/**
 * Ask for all that changed after `since`. The cursor goes back there at once: if the connection is cut
 * before the answer, the next `hello` must not skip what was asked for.
 * @param {RoomState} room @param {Tick} since @param {Outcome} outcome
 */
export function requestSync(room, since, outcome) {
  if (room.syncing && since >= room.cursor) return;
  room.syncing = true;
  room.cursor = Math.min(room.cursor, since);
  room.whole = Math.min(room.whole, since);
  outcome.effects.push({ type: "sync", room: room.id, since: room.cursor });
}

/** @param {RoomState} room @param {Outcome} outcome Forget the loaded messages; what is on screen must be loaded again. */
export function dropWindow(room, outcome) {
  room.messages = [];
  room.loaded = false;
  room.hasBefore = false;
  room.hasAfter = false;
  room.generation++;
  outcome.replaced.add(room.id);
}
