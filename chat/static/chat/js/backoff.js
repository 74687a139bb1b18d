/** ms */
const BASE = 500;
/** ms: nobody looks at "Reconnecting…" for much longer than the server was away */
const CAP = 10_000;

/**
 * How long to wait before the next attempt: exponential with full jitter, so that a thousand clients cut at
 * one moment do not come back at one moment. After Marc Brooker, "Exponential Backoff And Jitter" (AWS, 2015).
 */
export class Backoff {
  #attempts = 0;
  #random;

  /** @param {() => number} [random] 0 … 1 */
  constructor(random = Math.random) {
    this.#random = random;
  }

  /** @returns {number} ms */
  next() {
    const ceiling = Math.min(CAP, BASE * 2 ** this.#attempts);
    if (ceiling < CAP) this.#attempts++;
    return this.#random() * ceiling;
  }

  reset() {
    this.#attempts = 0;
  }
}
