/** @import { App } from "../app.js" */
import { t, tn } from "../i18n.js";
import { icon, one } from "../render/dom.js";
import { mayModerate } from "../render/room.js";
import { countdown, inWholeUnits, secondsLeft } from "./pace.js";

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
      this.#button.replaceChildren(icon("slow", "icon-s"), countdown(left));
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
    return secondsLeft(state.info.slow_mode, Date.parse(mine.sent_at), Date.now());
  }

  /** The hint's place tells the pace of the room. */
  #tell() {
    const pace = this.#app.state?.info.slow_mode ?? 0;
    const line = one(document, "#slow-hint");
    line.hidden = pace === 0;
    one(document, "#box-hint").hidden = pace > 0;
    one(document, "#box").setAttribute("aria-describedby", pace > 0 ? "slow-hint" : "box-hint");
    if (pace > 0) line.textContent = paceInWords(pace);
    line.title = t("Moderators don’t wait.");
  }
}

/** @param {number} pace seconds */
function paceInWords(pace) {
  const { n, unit } = inWholeUnits(pace);
  if (unit === "hour") return tn("Slow mode: one message every hour", "Slow mode: one message every {n} hours", n);
  if (unit === "minute")
    return tn("Slow mode: one message every minute", "Slow mode: one message every {n} minutes", n);
  return tn("Slow mode: one message every second", "Slow mode: one message every {n} seconds", n);
}
