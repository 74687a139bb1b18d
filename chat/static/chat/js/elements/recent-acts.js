/** @import { App } from "../app.js" */
/** @import { Id } from "../types.d.ts" */
/** @import { RecordedAct } from "../moderation-types.d.ts" */
import { formatDateTime, formatDay, formatTime, t } from "../i18n.js";
import { actSentence } from "../render/acts.js";
import { el, one, part } from "../render/dom.js";
import { phrase } from "../render/phrase.js";
import { attempt } from "../render/refusal.js";

/** So many at first, and so many more at each press. */
const STEP = 5;

/** What was done in the room on screen, the newest first, and the way back. */
export class RecentActs {
  #app;
  #root;
  /** Counts the questions, so that a late answer to an older one is dropped. */
  #asked = 0;
  #shown = STEP;
  /** Whose acts are shown. @type {Id | null} */
  #room = null;
  /** @type {RecordedAct[]} */
  #acts = [];
  /** @type {Set<Id>} */
  #undo = new Set();
  #more = false;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#root = root;
    part(root, "more").addEventListener("click", () => this.#showMore());
  }

  /** Another room, or the panel was opened. */
  enter() {
    if (this.#room !== this.#app.room) part(this.#root, "list").replaceChildren();
    this.#room = this.#app.room;
    this.#shown = STEP;
    this.load();
  }

  async load() {
    const { room, moderation } = this.#app;
    if (room === null) return;
    const asked = ++this.#asked;
    const page = await moderation.roomRecord(room).catch(() => null);
    if (asked !== this.#asked || !page) return;
    this.#acts = page.record;
    this.#undo = new Set(page.undo);
    this.#more = page.more;
    this.#draw();
  }

  async #showMore() {
    const from = this.#shown;
    this.#shown += STEP;
    if (this.#shown > this.#acts.length && this.#more) await attempt(this.#older());
    this.#draw();
    /** @type {HTMLElement | undefined} */ (part(this.#root, "list").children[from])?.focus();
  }

  async #older() {
    const { room, moderation } = this.#app;
    const last = this.#acts.at(-1);
    if (room === null || !last) return;
    const asked = ++this.#asked;
    const page = await moderation.roomRecord(room, { before: last.id });
    if (asked !== this.#asked) return;
    this.#acts.push(...page.record);
    for (const id of page.undo) this.#undo.add(id);
    this.#more = page.more;
  }

  #draw() {
    const list = part(this.#root, "list");
    const held = list.contains(document.activeElement) ? document.activeElement?.closest("li")?.id : undefined;
    list.replaceChildren(...this.#acts.slice(0, this.#shown).map((act) => this.#row(act)));
    part(this.#root, "nothing").hidden = this.#acts.length > 0;
    part(this.#root, "more").hidden = this.#acts.length <= this.#shown && !this.#more;
    // Whoever pressed Undo finds themselves where it was.
    if (held) list.querySelector(/** @type {"li"} */ (`#${held}`))?.focus();
  }

  /** @param {RecordedAct} act */
  #row(act) {
    const { id, at, reason, actor, actor_name, person, person_name } = act;
    const me = this.#app.me.id;
    const who = actor === me ? t("You") : actor_name || t("A rule");
    const whom = person === me ? t("you") : person_name;
    return el(
      "li",
      { id: `act-${id}`, tabindex: -1 },
      el(
        "span",
        { id: `act-${id}-w`, dir: "auto" },
        ...phrase(actSentence(act), { actor: el("b", {}, who), person: el("b", {}, whom) }),
      ),
      reason && el("span", { class: "log-reason", dir: "auto" }, t("“{reason}”", { reason })),
      el(
        "span",
        { class: "log-foot" },
        el("time", { datetime: at, title: formatDateTime(at) }, `${formatDay(at)} ${formatTime(at)}`),
        this.#undo.has(id) && this.#undoButton(act),
      ),
    );
  }

  /** @param {RecordedAct} act */
  #undoButton(act) {
    const button = el(
      "button",
      { class: "btn-link", type: "button", "aria-describedby": `act-${act.id}-w` },
      t("Undo"),
    );
    button.addEventListener("click", async () => {
      if (!(await attempt(takeBack(this.#app, act)))) return;
      one(this.#root, `#act-${act.id}`).focus();
      await this.load();
      // Of a room that is only read no events come.
      if (!this.#app.joined) await this.#app.load();
    });
    return button;
  }
}

/** @param {App} app @param {RecordedAct} act one that the server says can be undone @returns {Promise<void>} */
async function takeBack({ moderation }, { id, action, room, person, message, before }) {
  if (room === null) return;
  if (action === "lock") await moderation.setPosting(room, { locked: false });
  else if (action === "slow_mode") await moderation.setPosting(room, { slow_mode: before.slow_mode ?? 0 });
  else if (action === "announcements") await moderation.setPosting(room, { announcements: false });
  else if (action === "purge_messages") await moderation.restorePurged(id);
  else if (action === "mute" && person !== null) await moderation.unmute(person, { room });
  else if (action === "ban" && person !== null) await moderation.unban(person, { room });
  else if (message !== null) await moderation.restoreMessage(message);
}
