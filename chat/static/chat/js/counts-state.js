/** @import { Message, Outcome, Room, RoomState, Tick, User } from "./types.d.ts" */
import { MAX_UNREAD } from "./protocol.js";
import { touch } from "./room-state.js";

/**
 * Unread counts are the server's word at some clock, plus what was born since. The word may be older or
 * newer than the events seen, so births are kept by tick and added up each time.
 */

/**
 * Count a change that is seen for the first time.
 * @param {RoomState} room @param {Message} message @param {Message | undefined} held as it was before
 * @param {User} me @param {Outcome} outcome
 */
export function countChange(room, message, held, me, outcome) {
  if (message.kind !== "text" || message.author.id === me.id) return;
  const { counts, info } = room;
  const inWord = message.tick <= counts.clock;
  if (message.deleted || message.edited_at || held?.deleted)
    counts.corrected = Math.max(counts.corrected, message.changed);
  if (inWord && message.changed > counts.clock && message.tick > info.last_read) {
    correctWord(room, message, held, me, outcome);
  }
  if (message.deleted) counts.born.delete(message.tick);
  else if (!inWord || message.tick > room.cursor) {
    counts.born.set(message.tick, mentionsMe(message, me));
  }
  forgetOldest(counts.born);
  addUp(room, outcome);
}

/**
 * A message that the server's word counts was edited or deleted after it.
 * @param {RoomState} room @param {Message} message @param {Message | undefined} held
 * @param {User} me @param {Outcome} outcome
 */
function correctWord(room, message, held, me, outcome) {
  const { counts } = room;
  // What is held was counted only if all up to the word has been seen, and no page ran ahead of the changes.
  const counted = held && held.changed <= room.whole && room.whole >= counts.clock;
  if (!counted || counts.unread >= MAX_UNREAD) {
    if (message.deleted || message.edited_at || held?.deleted)
      outcome.effects.push({ type: "refresh", room: room.id });
    return;
  }
  counts.unread += Number(!message.deleted) - Number(!held.deleted);
  counts.mentions += mentionsOf(message, me) - mentionsOf(held, me);
}

/** @param {Message} message @param {User} me */
function mentionsOf(message, me) {
  return Number(!message.deleted && mentionsMe(message, me));
}

/** @param {Message} message @param {User} me */
function mentionsMe(message, me) {
  return message.everyone || message.mentions.includes(me.id);
}

/** @param {Map<Tick, boolean>} born in order of arrival; beyond the limit of the count nobody sees the difference */
function forgetOldest(born) {
  if (born.size <= 2 * MAX_UNREAD) return;
  for (const tick of [...born.keys()].slice(0, MAX_UNREAD)) born.delete(tick);
}

/** Take the server's word. @param {RoomState} room @param {Room} info @param {Outcome} outcome */
export function takeWord(room, info, outcome) {
  const { counts } = room;
  counts.clock = info.clock;
  counts.words++;
  counts.unread = info.unread;
  counts.mentions = info.mentions;
  room.info = { ...room.info, last_read: info.last_read };
  for (const tick of [...counts.born.keys()]) if (tick <= info.last_read) counts.born.delete(tick);
  addUp(room, outcome);
}

/** @param {RoomState} room @param {Outcome} outcome */
function addUp(room, outcome) {
  let { unread, mentions } = room.counts;
  for (const [tick, mention] of room.counts.born) {
    if (tick <= room.counts.clock || tick <= room.info.last_read) continue;
    unread++;
    mentions += Number(mention);
  }
  unread = Math.min(unread, MAX_UNREAD);
  if (unread === room.info.unread && mentions === room.info.mentions) return;
  room.info = { ...room.info, unread, mentions };
  touch(outcome, room.id, "info");
}
