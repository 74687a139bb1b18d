/** @import { App } from "../app.js" */
/** @import { Posting } from "../moderation-types.d.ts" */
import { formatSpan, t, tn } from "../i18n.js";
import { el, one, part } from "../render/dom.js";
import { attempt } from "../render/refusal.js";
import { RecentActs } from "./recent-acts.js";
import { WordRules } from "./word-rules.js";

/** Seconds. */
const PACES = [0, 10, 30, 60, 300, 900, 3600, 21_600];

/** `<chat-moderation>`: what moderators set for the room on screen, and what was reported in it. */
export class ModerationPane {
  #app;
  #root;
  #rules;
  #acts;
  /** Counts the questions, so that a late answer about another room is dropped. */
  #asked = 0;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#root = root;
    this.#rules = new WordRules(part(root, "rules"), app);
    this.#acts = new RecentActs(part(root, "acts"), app);
    part(root, "reports").addEventListener("click", () => app.openReports(app.room));
    part(root, "paces").addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement) this.#set({ slow_mode: Number(target.value) });
    });
    for (const name of /** @type {const} */ (["locked", "announcements"])) {
      const field = one(root, `[name=${name}]`, HTMLInputElement);
      field.addEventListener("change", () => this.#set({ [name]: field.checked }));
    }
    for (const name of ["details", "room", "loaded"]) app.on(name, () => this.#enter());
    app.client.on("room", ({ room }) => room === app.room && this.#draw());
    app.client.on("cases", () => this.#countReports());
    app.client.on("record", ({ room }) => room === app.room && this.#shown && this.#acts.load());
    app.client.on("welcome", () => this.#shown && this.#acts.load());
  }

  #enter() {
    if (!this.#shown) return;
    this.#draw();
    this.#countReports();
    this.#rules.load();
    this.#acts.enter();
  }

  get #shown() {
    return this.#app.details === "moderation" && this.#app.moderates;
  }

  #draw() {
    const info = this.#app.state?.info;
    if (!info || !this.#shown) return;
    one(this.#root, "[name=locked]", HTMLInputElement).checked = info.locked;
    one(this.#root, "[name=announcements]", HTMLInputElement).checked = Boolean(info.announcements);
    const paces = part(this.#root, "paces");
    // One that was set through another door stands among the usual ones.
    const seconds = [...new Set([...PACES, info.slow_mode])].sort((a, b) => a - b);
    if (paces.dataset.for !== seconds.join()) paces.replaceChildren(...seconds.map(pace));
    paces.dataset.for = seconds.join();
    one(paces, `[value="${info.slow_mode}"]`, HTMLInputElement).checked = true;
  }

  /** @param {Partial<Posting>} fields */
  async #set(fields) {
    const { room, moderation } = this.#app;
    if (room === null || (await attempt(moderation.setPosting(room, fields)))) return;
    this.#draw();
  }

  async #countReports() {
    const { room, moderation } = this.#app;
    if (room === null || !this.#shown) return;
    const asked = ++this.#asked;
    const note = part(this.#root, "waiting");
    const { cases, more } = await moderation.cases({ room }).catch(() => ({ cases: [], more: false }));
    if (asked !== this.#asked) return;
    const count = more ? `${cases.length}+` : String(cases.length);
    note.textContent = tn("{n} open", "{n} open", cases.length, { n: count });
    note.hidden = cases.length === 0;
    part(this.#root, "none").textContent =
      cases.length === 0 ? t("Nothing waits in this room.") : t("Waiting for a decision");
  }
}

/** @param {number} seconds */
function pace(seconds) {
  const name = seconds === 0 ? t("Off") : formatSpan(seconds);
  return el("label", {}, el("input", { type: "radio", name: "pace", value: seconds }), name);
}
