/** @import { Change, Id, Outcome, Room, RoomsState, RoomState, ServerObject, Tick, User } from "./types.d.ts" */
import { countChange } from "./counts-state.js";
import { applyMember, applyPresence, applyTyping } from "./members-state.js";
import { looksOther, mergeMessage, messageAt, renameAuthor } from "./messages-state.js";
import { normaliseMember, normaliseMessage, normaliseNotice, normaliseRoom, normaliseUser } from "./normalise.js";
import { createRoom, dropWindow, requestSync, touch } from "./room-state.js";
import { applySharedRoom, applySnapshot } from "./snapshot-state.js";

/**
 * Take one object of a server frame into the state; unknown ones are ignored.
 * @param {RoomsState} state
 * @param {ServerObject} object
 * @param {Outcome} outcome gathers what changed and what must be asked
 * @param {number} now ms, for marks that expire
 */
export function applyObject(state, object, outcome, now) {
  if (object.type === "welcome") return applyWelcome(state, object, outcome);
  if (object.type === "room") return applyRoom(state, normaliseRoom(object.room), outcome);
  if (object.type === "user") return applyUser(state, normaliseUser(object.user), outcome);
  if (object.type === "blocks") return applyBlocks(state, object.users, outcome);
  if (object.type === "notice") return void outcome.notices.push(normaliseNotice(object.notice));
  if (object.type === "cases") return applyCases(state, object.open, outcome);
  if (object.type === "record") return void outcome.recorded.add(object.room);
  if (object.type === "heartbeat") return applyHeartbeat(state, object, outcome);
  const room = state.rooms.get(object.room);
  if (!room) return;
  if (object.type === "events") applyEvents(state, room, object, outcome);
  else if (object.type === "delta") applyDelta(state, room, object, outcome);
  else if (object.type === "gone") removeRoom(state, room, outcome);
  else if (object.type === "presence") applyPresence(room, object.states, outcome);
  else if (object.type === "typing" && object.user !== state.me.id) {
    applyTyping(room, object.user, now, outcome);
  }
}

/**
 * The cursors for a `hello`: only rooms with loaded messages, the others may start at their clock.
 * @param {RoomsState} state @returns {Record<string, Tick>}
 */
export function helloCursors(state) {
  /** @type {Record<string, Tick>} */
  const cursors = {};
  state.named.clear();
  for (const room of state.rooms.values()) {
    if (!room.loaded) continue;
    state.named.add(room.id);
    cursors[room.id] = room.cursor;
  }
  return cursors;
}

/** @param {RoomsState} state @returns {Record<string, Tick>} of every room: nothing but polls tells of news in them */
export function pollCursors(state) {
  return Object.fromEntries([...state.rooms.values()].map((room) => [room.id, room.cursor]));
}

/** @param {RoomsState} state @param {ServerObject} welcome @param {Outcome} outcome */
function applyWelcome(state, welcome, outcome) {
  const rooms = /** @type {Room[]} */ (welcome.rooms.map(normaliseRoom));
  state.me = normaliseUser(welcome.user);
  outcome.welcomed = true;
  // Told next, if there are any.
  if (state.blocks.size > 0) applyBlocks(state, [], outcome);
  // Ticks of another epoch cannot be compared with ours.
  if (welcome.epoch !== state.epoch) {
    outcome.restored = state.epoch !== null;
    forgetAll(state, outcome);
  }
  state.epoch = welcome.epoch;
  const mine = new Set(rooms.map((info) => info.id));
  for (const room of [...state.rooms.values()]) if (!mine.has(room.id)) removeRoom(state, room, outcome);
  for (const info of rooms) welcomeRoom(state, info, outcome);
}

/** @param {RoomsState} state @param {Outcome} outcome */
function forgetAll(state, outcome) {
  state.named.clear();
  for (const room of state.rooms.values()) {
    const { loaded, generation } = room;
    Object.assign(room, { ...createRoom({ ...room.info, clock: 0 }), generation });
    dropWindow(room, outcome);
    if (loaded) outcome.effects.push({ type: "reload", room: room.id });
  }
}

/** @param {RoomsState} state @param {Room} info @param {Outcome} outcome */
function welcomeRoom(state, info, outcome) {
  applyRoom(state, info, outcome);
  const room = /** @type {RoomState} */ (state.rooms.get(info.id));
  room.syncing = false;
  room.typing.clear();
  room.presence.clear();
  touch(outcome, room.id, "typing");
  touch(outcome, room.id, "presence");
  if (state.named.has(room.id)) return;
  // The server starts at its clock, so between our cursor and there nothing comes by itself.
  if (room.loaded && room.cursor < info.clock) requestSync(room, room.cursor, outcome);
  if (room.loaded) return;
  room.members.clear();
  room.cursor = info.clock;
  room.whole = info.clock;
}

/** @param {RoomsState} state @param {Room} info @param {Outcome} outcome */
function applyRoom(state, info, outcome) {
  for (const user of info.people ?? []) state.people.set(user.id, user);
  const room = state.rooms.get(info.id);
  if (room) applySnapshot(room, info, outcome);
  else state.rooms.set(info.id, createRoom(info));
  touch(outcome, info.id, "info");
}

/** @param {RoomsState} state @param {RoomState} room @param {Outcome} outcome */
function removeRoom(state, room, outcome) {
  state.rooms.delete(room.id);
  // Nobody is to look for what else changed in it.
  outcome.touched.set(room.id, new Set(["gone"]));
  outcome.upserts.delete(room.id);
  outcome.replaced.delete(room.id);
}

/** @param {RoomsState} state @param {ServerObject} heartbeat @param {Outcome} outcome */
function applyHeartbeat(state, heartbeat, outcome) {
  for (const [id, clock] of Object.entries(heartbeat.clocks)) {
    const room = state.rooms.get(Number(id));
    if (room && clock > room.cursor) requestSync(room, room.cursor, outcome);
  }
}

/** @param {RoomsState} state @param {RoomState} room @param {ServerObject} events @param {Outcome} outcome */
function applyEvents(state, room, events, outcome) {
  if (events.last <= room.cursor) return;
  if (events.first > room.cursor + 1) return requestSync(room, room.cursor, outcome);
  for (const change of events.changes) applyChange(state, room, change, outcome);
  room.cursor = events.last;
  if (!room.syncing) room.whole = events.last;
}

/** @param {RoomsState} state @param {RoomState} room @param {ServerObject} delta @param {Outcome} outcome */
function applyDelta(state, room, delta, outcome) {
  const reached = delta.more ? (delta.changes.at(-1)?.tick ?? delta.since) : delta.clock;
  if (delta.reset) resetRoom(room, reached, outcome);
  else if (delta.since > room.cursor) return requestSync(room, room.cursor, outcome);
  for (const change of delta.changes) applyChange(state, room, change, outcome);
  room.cursor = Math.max(room.cursor, reached);
  if (delta.more) return;
  room.syncing = false;
  room.whole = Math.max(room.whole, delta.clock);
}

/**
 * Nothing that is held can be compared with what comes.
 * @param {RoomState} room @param {Tick} reached @param {Outcome} outcome
 */
function resetRoom(room, reached, outcome) {
  dropWindow(room, outcome);
  // Before the changes are applied, so that they are not counted: the refresh counts them.
  room.cursor = reached;
  room.whole = 0;
  room.infoTick = 0;
  room.membersClock = 0;
  room.members.clear();
  room.counts.clock = 0;
  room.counts.corrected = 0;
  room.counts.born.clear();
  outcome.effects.push({ type: "reload", room: room.id }, { type: "refresh", room: room.id });
}

/** @param {RoomsState} state @param {RoomState} room @param {Change} change @param {Outcome} outcome */
function applyChange(state, room, change, outcome) {
  if (change.message) applyMessage(state, room, change, outcome);
  if (change.room) applySharedRoom(room, change.room, change.tick, outcome);
  if (change.member) applyMember(room, normaliseMember(change.member), change.tick, outcome);
}

/** @param {RoomsState} state @param {RoomState} room @param {Change} change @param {Outcome} outcome */
function applyMessage(state, room, change, outcome) {
  const message = normaliseMessage(change.message);
  const { author } = message;
  if (change.tick > room.cursor) {
    countChange(room, message, messageAt(room, message.tick), state.me, outcome);
    learnName(state, author, outcome);
    if (room.typing.delete(author.id)) touch(outcome, room.id, "typing");
  }
  if (author.id === state.me.id) outcome.settled.add(message.ref);
  mergeMessage(room, message, outcome);
}

/**
 * A `user` event has no tick, so one lost in a cut never comes again; a new message shows the name all the same.
 * @param {RoomsState} state @param {User} user @param {Outcome} outcome
 */
function learnName(state, user, outcome) {
  const known = state.people.get(user.id);
  if (!known) renameEverywhere(state, user, outcome);
  else if (looksOther(known, user)) applyUser(state, user, outcome);
}

/** @param {RoomsState} state @param {User} user @param {Outcome} outcome */
function applyUser(state, user, outcome) {
  if (user.id === state.me.id) state.me = user;
  outcome.users.push(user);
  renameEverywhere(state, user, outcome);
}

/** @param {RoomsState} state @param {Id[]} users @param {Outcome} outcome */
function applyBlocks(state, users, outcome) {
  state.blocks = new Set(users);
  outcome.blocks = true;
}

/** @param {RoomsState} state @param {number} open @param {Outcome} outcome */
function applyCases(state, open, outcome) {
  outcome.cases ||= state.cases !== open;
  state.cases = open;
}

/** @param {RoomsState} state @param {User} user @param {Outcome} outcome */
function renameEverywhere(state, user, outcome) {
  state.people.set(user.id, user);
  for (const room of state.rooms.values()) {
    renameAuthor(room, user, outcome);
    const member = room.members.get(user.id);
    if (member) room.members.set(user.id, { ...member, user });
    if (!room.info.people?.some((each) => each.id === user.id)) continue;
    const people = room.info.people.map((each) => (each.id === user.id ? user : each));
    room.info = { ...room.info, people };
    touch(outcome, room.id, "info");
  }
}
