/** @import { Draft, Id, Pending } from "./types.d.ts" */

/**
 * @param {Id} room @param {Draft} draft @param {number} queuedAt ms since 1970
 * @returns {Pending}
 */
export function createPending(room, draft, queuedAt) {
  const source = draft.replyTo;
  return {
    ref: newRef(),
    room,
    text: draft.text,
    replyTo: source
      ? { id: source.id, tick: source.tick, author: source.author, excerpt: source.text.slice(0, 200) }
      : null,
    attachments: draft.attachments ?? [],
    queuedAt,
    state: "waiting",
    error: null,
    tick: null,
  };
}

/** Not `randomUUID`: that one exists only in secure contexts, and a site in a home network may be plain http. */
function newRef() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Pending} pending @returns {Record<string, unknown>} the fields of the `post` command */
export function postFields({ room, text, replyTo, attachments }) {
  return {
    room,
    text,
    ...(replyTo ? { reply_to: replyTo.id } : {}),
    ...(attachments.length ? { attachments: attachments.map((attachment) => attachment.id) } : {}),
  };
}
