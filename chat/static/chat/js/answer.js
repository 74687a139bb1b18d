import { CommandError } from "./protocol.js";

/**
 * @param {number} status @param {string} text the body
 * @returns {any} the JSON of a success
 * @throws {CommandError}
 */
export function readAnswer(status, text) {
  const body = parse(text);
  if (status >= 200 && status < 300 && body !== undefined) return body;
  const error = body?.error ?? {};
  throw new CommandError(error.code ?? codeOf(status), error.message ?? "", error.retry_after);
}

/** @param {string} text @returns {any} undefined: no JSON, such as the page of a proxy */
function parse(text) {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {number} status of an answer that is not ours, such as a proxy's */
function codeOf(status) {
  if (status === 413) return "too_large";
  if (status === 429) return "rate_limited";
  if (status >= 400 && status < 500) return "invalid";
  return "unavailable";
}
