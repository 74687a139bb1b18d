/** @import { Outcome, Room, RoomState, SharedRoom, Tick } from "./types.d.ts" */
import { takeWord } from "./counts-state.js";
import { touch } from "./room-state.js";

/**
 * Take a whole room object. What is mine in it is always the latest word; what all share may be older
 * than an event that came before it.
 * @param {RoomState} room @param {Room} info @param {Outcome} outcome
 */
export function applySnapshot(room, info, outcome) {
  const current = info.clock >= room.infoTick;
  const members = info.clock >= room.membersClock ? info.members : room.info.members;
  room.info = current
    ? { ...info, members, unread: room.info.unread, mentions: room.info.mentions }
    : { ...room.info, role: info.role, notify: info.notify, muted_until: info.muted_until };
  room.infoTick = Math.max(room.infoTick, info.clock);
  room.membersClock = Math.max(room.membersClock, info.clock);
  takeWord(room, info, outcome);
  touch(outcome, room.id, "info");
}

/**
 * Take a room object that was asked for by HTTP. Unlike one from the socket it may come late, and what is mine
 * in it has no tick: if the socket has spoken in the meantime, or changes came that it cannot know, ask again.
 * @param {RoomState} room @param {Room} info
 * @param {number | undefined} words `counts.words` when it was asked for
 * @param {Outcome} outcome
 */
export function applyRefresh(room, info, words, outcome) {
  const { counts, infoTick, membersClock } = room;
  const known = Math.max(counts.clock, counts.corrected, infoTick, membersClock);
  if (words === counts.words && info.clock >= known) applySnapshot(room, info, outcome);
  else outcome.effects.push({ type: "refresh", room: room.id });
}

/** @param {RoomState} room @param {SharedRoom} shared @param {Tick} tick @param {Outcome} outcome */
export function applySharedRoom(room, shared, tick, outcome) {
  if (tick <= room.infoTick) return;
  const { members, ...rest } = shared;
  // In a delta the row is old but the count is of the moment it was read, which `clock` tells.
  const counted = shared.clock >= room.membersClock;
  room.info = { ...room.info, ...rest, members: counted ? members : room.info.members };
  if (counted) room.membersClock = shared.clock;
  room.infoTick = tick;
  touch(outcome, room.id, "info");
}
