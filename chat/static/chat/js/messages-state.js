/** @import { Message, Outcome, Page, PageRequest, RoomState, Tick, User } from "./types.d.ts" */
import { dropWindow, requestSync } from "./room-state.js";

/** Messages kept of a room that is not on screen. */
const KEPT = 100;
/** Characters of a message that its replies quote. */
const EXCERPT = 200;

/**
 * Take one message into the window, if it belongs there and is later than what is held.
 * @param {RoomState} room @param {Message} message @param {Outcome} outcome
 */
export function mergeMessage(room, message, outcome) {
  const place = placeOf(room, message.tick);
  const found = room.messages[place];
  const held = found?.tick === message.tick ? found : undefined;
  // Late: a message may be a tombstone for a while and come back.
  if (held && held.changed >= message.changed) return;
  const back = held ? held.deleted : message.changed > message.tick;
  if (message.deleted || back) quoteTruly(room, message, outcome);
  if (held) {
    room.messages[place] = truthful(room, message);
  } else {
    if (!belongs(room, place)) return;
    room.messages.splice(place, 0, truthful(room, message));
  }
  noteUpsert(room, message, outcome);
}

/** @param {RoomState} room @param {number} place where it would be inserted */
function belongs(room, place) {
  if (!room.loaded) return false;
  if (place === 0 && room.hasBefore) return false;
  return !(place === room.messages.length && room.hasAfter);
}

/**
 * Take a page of history. A page older than the cursor missed changes that were applied before it came,
 * so what changed since is asked for again.
 * @param {RoomState} room @param {Page} page @param {PageRequest} request @param {Outcome} outcome
 * @returns {boolean} false: the window was replaced in the meantime, the page is of no use
 */
export function mergePage(room, page, request, outcome) {
  if (request.generation !== room.generation) return false;
  if (request.kind === "latest" || request.kind === "around") replaceWindow(room, page, outcome);
  else if (!extendWindow(room, page, request, outcome)) return false;
  if (page.clock < room.cursor) requestSync(room, page.clock, outcome);
  return true;
}

/** @param {RoomState} room @param {Page} page @param {Outcome} outcome */
function replaceWindow(room, page, outcome) {
  const held = new Map(room.messages.map((message) => [message.id, message]));
  room.messages = page.messages.map((message) => later(held.get(message.id), message));
  room.messages = room.messages.map((message) => truthful(room, message));
  room.loaded = true;
  room.hasBefore = page.more_before;
  room.hasAfter = page.more_after;
  outcome.replaced.add(room.id);
}

/** @param {RoomState} room @param {Page} page @param {PageRequest} request @param {Outcome} outcome */
function extendWindow(room, page, request, outcome) {
  const edge = request.kind === "before" ? room.messages[0] : room.messages.at(-1);
  if (!room.loaded || edge?.tick !== request.anchor) return false;
  // Opened first: a message belongs only where the window is not known to go on.
  if (request.kind === "before") room.hasBefore = false;
  else room.hasAfter = false;
  for (const message of page.messages) mergeMessage(room, message, outcome);
  if (request.kind === "before") room.hasBefore = page.more_before;
  else room.hasAfter = page.more_after;
  return true;
}

/**
 * Keep of a room that leaves the screen what is needed to show its latest messages at once.
 * @param {RoomState} room @param {Outcome} outcome
 */
export function trimWindow(room, outcome) {
  if (room.hasAfter) return dropWindow(room, outcome);
  if (room.messages.length <= KEPT) return;
  room.messages = room.messages.slice(-KEPT);
  room.hasBefore = true;
  outcome.replaced.add(room.id);
}

/** @param {Message | undefined} held @param {Message} message */
function later(held, message) {
  return held && held.changed >= message.changed ? held : message;
}

/** @param {RoomState} room @param {Message} message its excerpt may be of another time than what is held of the source */
function truthful(room, message) {
  const source = message.reply_to && messageAt(room, message.reply_to.tick);
  return source ? quoting(message, source) : message;
}

/** @param {RoomState} room @param {Message} source @param {Outcome} outcome */
function quoteTruly(room, source, outcome) {
  room.messages.forEach((message, place) => {
    if (message.reply_to?.id !== source.id) return;
    const truly = quoting(message, source);
    if (truly === message) return;
    room.messages[place] = truly;
    noteUpsert(room, truly, outcome);
  });
}

/** @param {Message} message a reply @param {Message} source as it is now @returns {Message} with an excerpt, or without */
function quoting(message, source) {
  const reply = message.reply_to;
  if (!reply || source.deleted === (reply.excerpt === "")) return message;
  return { ...message, reply_to: { ...reply, excerpt: source.deleted ? "" : source.text.slice(0, EXCERPT) } };
}

/**
 * Show a person's new name and picture wherever they are drawn in a room.
 * @param {RoomState} room @param {User} user @param {Outcome} outcome
 */
export function renameAuthor(room, user, outcome) {
  const renamed = (/** @type {User} */ each) => each.id === user.id && looksOther(each, user);
  room.messages.forEach((message, place) => {
    const reply = message.reply_to;
    if (!renamed(message.author) && !(reply && renamed(reply.author))) return;
    room.messages[place] = {
      ...message,
      author: renamed(message.author) ? user : message.author,
      reply_to: reply && renamed(reply.author) ? { ...reply, author: user } : reply,
    };
    noteUpsert(room, room.messages[place], outcome);
  });
}

/** @param {User} known @param {User} user */
export function looksOther(known, user) {
  return known.name !== user.name || known.avatar !== user.avatar;
}

/** @param {RoomState} room @param {Tick} tick @returns {Message | undefined} */
export function messageAt(room, tick) {
  const found = room.messages[placeOf(room, tick)];
  return found?.tick === tick ? found : undefined;
}

/** @param {RoomState} room @param {Tick} tick @returns {number} index of the first message at or after it */
function placeOf(room, tick) {
  const { messages } = room;
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {Message} */ (messages[middle]).tick < tick) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {RoomState} room @param {Message | undefined} message @param {Outcome} outcome */
function noteUpsert(room, message, outcome) {
  if (!message) return;
  const held = messageAt(room, message.tick) ?? message;
  const upserts = outcome.upserts.get(room.id) ?? new Map();
  outcome.upserts.set(room.id, upserts.set(message.id, held));
}
