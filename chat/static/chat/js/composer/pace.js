/** The arithmetic of slow mode. */

/**
 * @param {number} pace seconds between two posts @param {number} last when the last one was sent, in ms
 * @param {number} now ms
 * @returns {number} whole seconds until the next post; never more than `pace`, for the reader's clock may be slow
 */
export function secondsLeft(pace, last, now) {
  return Math.min(pace, Math.max(0, Math.ceil(pace - (now - last) / 1000)));
}

/** @param {number} seconds @returns {string} 0:24, 12:00, 5:59:59 */
export function countdown(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const start = hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}` : String(minutes);
  return `${start}:${String(rest).padStart(2, "0")}`;
}

/** @param {number} seconds @returns {{ n: number, unit: "second" | "minute" | "hour" }} in the largest whole unit */
export function inWholeUnits(seconds) {
  if (seconds % 3600 === 0) return { n: seconds / 3600, unit: "hour" };
  if (seconds % 60 === 0) return { n: seconds / 60, unit: "minute" };
  return { n: seconds, unit: "second" };
}
