/** @import { Message } from "../types.d.ts" */
import { t, tn } from "../i18n.js";

/** A burst is read out as one sentence a second, instead of hundreds that never end. In ms. */
const PAUSE = 1000;
/** What was said is taken back after this: it would stay in the page after its message was deleted. In ms. */
const SAID = 5000;

/** Says new messages to screen readers; reactions, edits and history stay silent. */
export class Announcer {
  #region;
  /** @type {Message[]} */
  #waiting = [];
  #timer = 0;
  #silence = 0;

  /** @param {HTMLElement} region `aria-live` */
  constructor(region) {
    this.#region = region;
  }

  /** @param {Message} message */
  say(message) {
    this.#waiting.push(message);
    this.#timer ||= window.setTimeout(() => this.#speak(), PAUSE);
  }

  #speak() {
    this.#timer = 0;
    const messages = this.#waiting.splice(0);
    const [message, ...others] = messages;
    if (!message) return;
    this.#region.textContent =
      others.length === 0
        ? t("{name}: {text}", {
            name: message.author.name || message.author.username,
            text: message.text.slice(0, 300),
          })
        : tn("{n} new message", "{n} new messages", messages.length);
    clearTimeout(this.#silence);
    this.#silence = window.setTimeout(() => this.#region.replaceChildren(), SAID);
  }
}
