/** @import { WireError } from "./types.d.ts" */

export const SUBPROTOCOL = "chat.v1.json";
export const MAX_TEXT = 8000;
export const MAX_ATTACHMENTS = 10;
/** Unread counts stop here: "1,000" means "at least". */
export const MAX_UNREAD = 1000;

export const CLOSE = Object.freeze({
  signedOut: 4401,
  refused: 4403,
  tooSlow: 4408,
  tooMany: 4429,
});

/** A refusal, by the socket or by HTTP; also what a cut does to a command that had no answer. */
export class CommandError extends Error {
  /** @param {string} code @param {string} message @param {number | null} [retryAfter] seconds */
  constructor(code, message, retryAfter = null) {
    super(message || code);
    this.name = "CommandError";
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** @param {unknown} reason @returns {WireError} */
  static describe(reason) {
    if (!(reason instanceof CommandError)) return { code: "invalid", message: String(reason) };
    const error = { code: reason.code, message: reason.message };
    return reason.retryAfter === null ? error : { ...error, retry_after: reason.retryAfter };
  }
}

/**
 * The bytes a string takes as UTF-8, without making them: `got` counts bytes, `length` counts UTF-16 units.
 * @param {string} text without lone surrogates, as any text frame is
 */
export function utf8Length(text) {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A pair of surrogates is two units and four bytes, so each half adds one; all others of three bytes add two.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
