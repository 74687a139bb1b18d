/** @import { App } from "../app.js" */
/** @import { ConnectionPhase } from "../types.d.ts" */
import { one } from "../render/dom.js";

/** A cut shorter than this is not worth a word, in ms. */
const PATIENCE = 1500;
/** How long "Connected" stays, in ms. */
const RELIEF = 3000;

/** `<chat-status>`: the banner over the timeline that tells how the connection is. */
export class Status {
  #root;
  #timer = 0;
  /** A cut has been told, so its end will be. */
  #told = false;
  #cut = false;
  /** @type {ConnectionPhase} */
  #phase = "connecting";

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#root = root;
    app.client.on("state", ({ phase }) => this.#changed(phase));
  }

  /** @param {ConnectionPhase} phase */
  #changed(phase) {
    if (phase === "online") {
      clearTimeout(this.#timer);
      this.#show(this.#told ? "back" : null);
      this.#told = false;
      this.#timer = window.setTimeout(() => this.#show(null), RELIEF);
    } else if (this.#told || phase === "offline") this.#tell(phase);
    // Failing attempts change the phase again and again: only the first starts the clock.
    else if (!this.#cut) this.#timer = window.setTimeout(() => this.#tell(this.#phase), PATIENCE);
    this.#cut = phase !== "online";
    this.#phase = phase;
  }

  /** @param {ConnectionPhase} phase */
  #tell(phase) {
    clearTimeout(this.#timer);
    this.#told = true;
    this.#show(phase === "offline" ? "offline" : "reconnecting");
  }

  /** @param {string | null} state */
  #show(state) {
    for (const banner of this.#root.querySelectorAll(".banner")) {
      one(this.#root, `[data-state="${banner.getAttribute("data-state")}"]`).hidden =
        banner.getAttribute("data-state") !== state;
    }
  }
}
