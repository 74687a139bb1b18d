/** @import { Outcome, RoomsState, ServerObject, User } from "./types.d.ts" */
import { expireTyping } from "./members-state.js";
import { createOutcome, createRooms } from "./room-state.js";
import { applyObject } from "./rooms.js";

/** The one place where the state changes. Emits `outcome` (detail: Outcome) after each change. */
export class LiveRooms extends EventTarget {
  #now;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typingTimer;

  /** @param {User} me @param {() => number} now ms */
  constructor(me, now) {
    super();
    this.#now = now;
    /** @type {RoomsState} */
    this.state = createRooms(me);
  }

  /** @param {ServerObject[]} objects of one frame, drawn together */
  receive(objects) {
    this.change((outcome) => {
      for (const object of objects) applyObject(this.state, object, outcome, this.#now());
    });
    if (objects.some((object) => object.type === "typing")) this.#watchTyping();
  }

  /** @template T @param {(outcome: Outcome) => T} apply @returns {T} */
  change(apply) {
    const outcome = createOutcome();
    const result = apply(outcome);
    this.dispatchEvent(new CustomEvent("outcome", { detail: outcome }));
    return result;
  }

  #watchTyping() {
    clearTimeout(this.#typingTimer);
    const now = this.#now();
    const next = this.change((outcome) =>
      [...this.state.rooms.values()].map((room) => expireTyping(room, now, outcome) ?? Number.POSITIVE_INFINITY),
    );
    const soonest = Math.min(...next);
    if (Number.isFinite(soonest)) this.#typingTimer = setTimeout(() => this.#watchTyping(), soonest - now);
  }

  stop() {
    clearTimeout(this.#typingTimer);
  }
}
