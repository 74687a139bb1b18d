/** @import { App } from "../app.js" */
/** @import { Id, Message } from "../types.d.ts" */
/** @import { Case, CaseFile, CaseReport } from "../moderation-types.d.ts" */
import { formatDateTime, formatList, formatNumber, formatSpan, t, tn } from "../i18n.js";
import { normaliseMessage } from "../normalise.js";
import { avatar } from "../render/avatar.js";
import { bodyNode } from "../render/body.js";
import { el, one, part } from "../render/dom.js";
import { attempt } from "../render/refusal.js";
import { actName, categoryName, stateName } from "../render/terms.js";
import { messageAddress, timeMark } from "../render/time.js";
import { toast } from "../render/toast.js";
import { tombstoneWords } from "../render/tombstone.js";
import { askBan } from "./sanction.js";

/** Minutes. */
const MUTES = [60, 24 * 60];

/** One case with what a moderator needs to decide it. */
export class CaseView {
  #app;
  #root;
  #leave;
  /** @type {CaseFile | null} */
  #file = null;

  /** @param {HTMLElement} root @param {App} app @param {() => void} leave back to the queue */
  constructor(root, app, leave) {
    this.#app = app;
    this.#root = root;
    this.#leave = leave;
    const form = one(root, "form", HTMLFormElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter;
      if (button instanceof HTMLButtonElement)
        this.#decide(/** @type {"resolved" | "dismissed"} */ (button.value));
    });
  }

  /** @param {Id} id @returns {Promise<void>} rejects with a CommandError */
  async open(id) {
    this.#file = await this.#app.moderation.openCase(id);
    one(this.#root, "form", HTMLFormElement).reset();
    this.#draw(this.#file);
  }

  /** @param {CaseFile} file */
  #draw(file) {
    const { case: found, message, before, after } = file;
    part(this.#root, "summary").replaceChildren(...summary(found), ...pastOf(file));
    part(this.#root, "given").replaceChildren(...file.reports.map(reportNode));
    part(this.#root, "context").replaceChildren(
      ...before.map((each) => this.#message(each)),
      ...(message ? [this.#message(message, true)] : []),
      ...after.map((each) => this.#message(each)),
    );
    part(this.#root, "context-label").hidden = !message;
    part(this.#root, "acts").replaceChildren(...this.#acts(file));
    const decided = found.state === "resolved" || found.state === "dismissed";
    one(this.#root, "form").hidden = decided;
  }

  /** @param {Message} row @param {boolean} [reported] */
  #message(row, reported = false) {
    const message = normaliseMessage(row);
    const gone = message.deleted && !message.html;
    return el(
      "article",
      { class: `msg is-first${reported ? " is-reported" : ""}` },
      avatar(message.author),
      el(
        "div",
        { class: "msg-head" },
        el("span", { class: "msg-author" }, message.author.name || message.author.username),
        timeMark(message.sent_at),
        reported &&
          el("span", { class: "tag tag-danger" }, message.deleted ? t("Reported, removed") : t("Reported")),
      ),
      gone
        ? el("p", { class: "help" }, tombstoneWords(message, this.#app.me))
        : bodyNode(message, this.#app.me, `case-${message.id}`),
    );
  }

  /** @param {CaseFile} file @returns {HTMLElement[]} */
  #acts({ case: found }) {
    const { moderation } = this.#app;
    const { id, person, room, message, state, assignee } = found;
    if (state === "resolved" || state === "dismissed") {
      return [this.#act(t("Open it again"), () => moderation.changeCase(id, { state: "reopened" }))];
    }
    const mine = assignee?.id === this.#app.me.id;
    /** @type {HTMLElement[]} */
    const acts = [
      this.#act(mine ? t("Give it back") : t("Take on"), () =>
        moderation.changeCase(id, { assignee: mine ? null : this.#app.me.id }),
      ),
    ];
    if (message) {
      acts.push(
        message.deleted
          ? this.#act(t("Restore message"), () => moderation.restoreMessage(message.id))
          : this.#act(t("Remove message"), () => moderation.removeMessage(message.id)),
      );
    }
    const where = room && room.kind !== "direct" ? room.id : null;
    // Beyond a room only moderators of the site act.
    if (where !== null) acts.push(...MUTES.map((minutes) => this.#mute(found, where, minutes)));
    if (where !== null) acts.push(button(t("Ban from room…"), () => askBan(this.#app, person, where)));
    if (this.#app.moderator) acts.push(button(t("Ban from the site…"), () => askBan(this.#app, person, null)));
    if (message && room && !found.sealed) {
      const address = messageAddress({ id: message.id, room: room.id });
      acts.push(el("a", { class: "btn", href: address }, t("Show in the room")));
    }
    return acts;
  }

  /** @param {Case} found @param {Id} room @param {number} minutes */
  #mute({ person }, room, minutes) {
    const { moderation } = this.#app;
    const name = person.name || person.username;
    return button(t("Mute for {time}", { time: formatSpan(minutes * 60) }), async () => {
      if (!(await attempt(moderation.mute(person.id, { room, minutes, reason: "" })))) return;
      const words = t("{name} can’t post here for {time}.", { name, time: formatSpan(minutes * 60, "long") });
      toast(words, { label: t("Undo"), run: () => attempt(moderation.unmute(person.id, { room })) });
    });
  }

  /** Something that changes what the case shows. @param {string} label @param {() => Promise<unknown>} work */
  #act(label, work) {
    const node = button(label, async () => {
      const id = this.#file?.case.id;
      if (id === undefined || !(await attempt(work()))) return;
      const at = [...part(this.#root, "acts").children].indexOf(node);
      await attempt(this.open(id));
      /** @type {HTMLElement | undefined} */ (part(this.#root, "acts").children[at])?.focus();
    });
    return node;
  }

  /** @param {"resolved" | "dismissed"} state */
  async #decide(state) {
    const id = this.#file?.case.id;
    const outcome = one(this.#root, "textarea", HTMLTextAreaElement).value.trim();
    if (id === undefined || !(await attempt(this.#app.moderation.changeCase(id, { state, outcome })))) return;
    this.#leave();
    toast(
      state === "resolved" ? t("Resolved. Who reported it is told.") : t("Dismissed. Who reported it is told."),
    );
  }
}

/** @param {Case} found @returns {Node[]} */
function summary({ person, room, state, assignee, decided_by, outcome }) {
  const by = decided_by ?? assignee;
  const words = [stateName(state), by && (by.name || by.username), room && (room.name || t("Direct message"))];
  return [
    el("b", {}, person.name || person.username),
    el("p", { class: "help" }, words.filter(Boolean).join(" · ")),
    ...(outcome ? [el("p", { dir: "auto" }, outcome)] : []),
  ];
}

/** What is on record about the person. @param {CaseFile} file @returns {Node[]} */
function pastOf({ history }) {
  const acts = Object.entries(history.acts).map(([action, n]) => `${actName(action)} × ${formatNumber(n)}`);
  const others = Object.values(history.cases).reduce((sum, n) => sum + n, 0);
  if (others) acts.push(tn("{n} other report", "{n} other reports", others));
  return acts.length ? [el("p", { class: "help" }, t("Before: {acts}", { acts: formatList(acts) }))] : [];
}

/** @param {CaseReport} report */
function reportNode({ reporter, category, note, created_at }) {
  return el(
    "li",
    {},
    el("b", {}, categoryName(category)),
    note && el("p", { dir: "auto" }, note),
    el("time", { datetime: created_at }, `${reporter.name || reporter.username} · ${formatDateTime(created_at)}`),
  );
}

/** @param {string} label @param {() => void} run */
function button(label, run) {
  const node = el("button", { class: "btn", type: "button" }, label);
  node.addEventListener("click", run);
  return node;
}
