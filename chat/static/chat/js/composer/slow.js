/** @import { App } from "../app.js" */
import { t, tn } from "../i18n.js";
import { icon, one } from "../render/dom.js";
import { mayModerate } from "../render/room.js";

/** Slow mode: the send button counts down until the reader may post again. */
export class SlowMode {
  #app;
  #button;
  #changed;
  #timer = 0;
  waiting = false;

  /** @param {App} app @param {HTMLElement} button @param {() => void} changed */
  constructor(app, button, changed) {
    this.#app = app;
    this.#button = button;
    this.#changed = changed;
  }

  refresh() {
    clearTimeout(this.#timer);
    const left = this.#left();
    this.#tell();
    if (left === 0 && !this.waiting) return;
    this.waiting = left > 0;
    this.#button.classList.toggle("send-wait", this.waiting);
    if (this.waiting) {
      this.#button.replaceChildren(
        icon("slow", "icon-s"),
        `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`,
      );
      this.#timer = window.setTimeout(() => this.refresh(), 1000);
    } else this.#button.replaceChildren(icon("send", "icon-flip"));
    this.#changed();
  }

  /** @returns {number} seconds until the next post */
  #left() {
    const { state, me } = this.#app;
    if (!state || state.info.slow_mode === 0 || mayModerate(state.info)) return 0;
    const mine = state.messages.findLast((message) => message.author.id === me.id && message.kind === "text");
    if (!mine) return 0;
    return Math.max(0, Math.ceil((Date.parse(mine.sent_at) - Date.now()) / 1000 + state.info.slow_mode));
  }

  /** The hint's place tells the pace of the room. */
  #tell() {
    const pace = this.#app.state?.info.slow_mode ?? 0;
    const line = one(document, "#slow-hint");
    line.hidden = pace === 0;
    one(document, "#box-hint").hidden = pace > 0;
    if (pace > 0)
      line.textContent = tn(
        "Slow mode: one message every second",
        "Slow mode: one message every {n} seconds",
        pace,
      );
    line.title = t("Moderators don’t wait.");
  }
}
