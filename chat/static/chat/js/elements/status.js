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

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#root = root;
    app.client.on("state", ({ phase }) => this.#changed(phase));
  }

  /** @param {ConnectionPhase} phase */
  #changed(phase) {
    clearTimeout(this.#timer);
    if (phase === "online") {
      this.#show(this.#told ? "back" : null);
      this.#told = false;
      this.#timer = window.setTimeout(() => this.#show(null), RELIEF);
    } else if (phase === "offline") this.#tell("offline");
    else if (this.#told) this.#tell("reconnecting");
    else this.#timer = window.setTimeout(() => this.#tell("reconnecting"), PATIENCE);
  }

  /** @param {string} state */
  #tell(state) {
    this.#told = true;
    this.#show(state);
  }

  /** @param {string | null} state */
  #show(state) {
    for (const banner of this.#root.querySelectorAll(".banner")) {
      one(this.#root, `[data-state="${banner.getAttribute("data-state")}"]`).hidden =
        banner.getAttribute("data-state") !== state;
    }
  }
}
