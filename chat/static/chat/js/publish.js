/** @import { ClientEvents, Id, Message, Outcome } from "./types.d.ts" */

/**
 * Tell the elements what one frame changed, each thing once.
 * @param {Outcome} outcome
 * @param {<Name extends keyof ClientEvents>(name: Name, detail: ClientEvents[Name]) => void} emit
 */
export function publish(outcome, emit) {
  let list = false;
  for (const user of outcome.users) emit("user", { user });
  if (outcome.blocks) emit("blocks", null);
  for (const notice of outcome.notices) emit("notice", { notice });
  if (outcome.welcomed) emit("welcome", null);
  if (outcome.cases) emit("cases", null);
  for (const room of outcome.recorded) emit("record", { room });
  for (const [room, aspects] of outcome.touched) {
    if (aspects.has("gone")) emit("gone", { room });
    if (aspects.has("info")) emit("room", { room });
    if (aspects.has("members")) emit("members", { room });
    if (aspects.has("typing")) emit("typing", { room });
    if (aspects.has("presence")) emit("presence", { room });
    list ||= aspects.has("gone") || aspects.has("info");
  }
  if (list) emit("rooms", null);
  for (const room of new Set([...outcome.replaced, ...outcome.upserts.keys()])) {
    emit("messages", { room, replaced: outcome.replaced.has(room), messages: upserts(outcome, room) });
  }
}

/** @param {Outcome} outcome @param {Id} room @returns {Message[]} */
function upserts(outcome, room) {
  return [...(outcome.upserts.get(room)?.values() ?? [])];
}
