/** @import { ClientEvents } from "./types.d.ts" */

/** Events whose names and details are `ClientEvents`. */
export class Emitter extends EventTarget {
  /**
   * @template {keyof ClientEvents} Name
   * @param {Name} name
   * @param {(detail: ClientEvents[Name]) => void} listener
   * @returns {() => void} stops listening
   */
  on(name, listener) {
    const receive = (/** @type {Event} */ event) => listener(/** @type {any} */ (event).detail);
    this.addEventListener(name, receive);
    return () => this.removeEventListener(name, receive);
  }

  /** @template {keyof ClientEvents} Name @param {Name} name @param {ClientEvents[Name]} detail */
  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
