/** @import { Id, Member, Outcome, RoomState, Tick } from "./types.d.ts" */
import { touch } from "./room-state.js";

const TYPING_LASTS = 6000;

/** @param {RoomState} room @param {Member} member @param {Tick} tick @param {Outcome} outcome */
export function applyMember(room, member, tick, outcome) {
  const held = room.members.get(member.user.id);
  if (held && held.changed >= tick) return;
  if (tick > room.membersClock) countMember(room, member, held, tick, outcome);
  room.members.set(member.user.id, { ...member, changed: tick });
  if (member.left) room.presence.delete(member.user.id);
  touch(outcome, room.id, "members");
}

/**
 * A change does not say what was before. Of someone unknown: who left was here, a plain member has joined,
 * any other role was given to someone who was here; the next room object corrects the rare other case.
 * @param {RoomState} room @param {Member} member @param {Member | undefined} held
 * @param {Tick} tick @param {Outcome} outcome
 */
function countMember(room, member, held, tick, outcome) {
  const was = held ? !held.left : member.left || member.role !== "member";
  room.membersClock = tick;
  room.info = { ...room.info, members: room.info.members + Number(!member.left) - Number(was) };
  touch(outcome, room.id, "info");
}

/**
 * Take a page of members, which carries no ticks: it is at least as new as the cursor was when it was asked for.
 * @param {RoomState} room @param {Member[]} members @param {Tick} asOf @param {Outcome} outcome
 */
export function mergeMembers(room, members, asOf, outcome) {
  for (const member of members) {
    const held = room.members.get(member.user.id);
    if (!held || held.changed <= asOf) room.members.set(member.user.id, { ...member, changed: asOf });
  }
  touch(outcome, room.id, "members");
}

/** @param {RoomState} room @param {Record<string, string>} states @param {Outcome} outcome */
export function applyPresence(room, states, outcome) {
  for (const [id, state] of Object.entries(states)) {
    if (state === "online" || state === "away") room.presence.set(Number(id), state);
    else room.presence.delete(Number(id));
  }
  touch(outcome, room.id, "presence");
}

/** @param {RoomState} room @param {Id} user @param {number} now ms @param {Outcome} outcome */
export function applyTyping(room, user, now, outcome) {
  room.typing.set(user, now + TYPING_LASTS);
  touch(outcome, room.id, "typing");
}

/**
 * @param {RoomState} room @param {number} now ms @param {Outcome} outcome
 * @returns {number | null} ms, when the next mark expires
 */
export function expireTyping(room, now, outcome) {
  let next = null;
  for (const [user, until] of room.typing) {
    if (until > now) next = Math.min(next ?? until, until);
    else {
      room.typing.delete(user);
      touch(outcome, room.id, "typing");
    }
  }
  return next;
}
