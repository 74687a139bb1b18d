/** @import { App } from "../app.js" */
/** @import { Trial, WordRule } from "../moderation-types.d.ts" */
import { formatDateTime, formatNumber, t, tn } from "../i18n.js";
import { el, icon, one, part } from "../render/dom.js";
import { attempt, describe } from "../render/refusal.js";
import { modeName } from "../render/terms.js";
import { messageAddress } from "../render/time.js";

/** The word rules of the room on screen, and what a new one would have caught. */
export class WordRules {
  #app;
  #root;
  #form;
  #error;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#root = root;
    this.#form = one(root, "form", HTMLFormElement);
    this.#error = part(root, "error");
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#tell(this.#add());
    });
    part(root, "try").addEventListener("click", () => {
      if (this.#form.reportValidity()) this.#tell(this.#try());
    });
  }

  async load() {
    const { room, moderation } = this.#app;
    if (room === null) return;
    if (this.#root.dataset.room !== String(room)) this.#clear();
    this.#root.dataset.room = String(room);
    const rules = await moderation.rules(room).catch(() => []);
    if (room === this.#app.room) this.#draw(rules);
  }

  #clear() {
    this.#form.reset();
    this.#error.hidden = true;
    part(this.#root, "trial").replaceChildren();
    part(this.#root, "list").replaceChildren();
  }

  /** @param {WordRule[]} rules */
  #draw(rules) {
    part(this.#root, "list").replaceChildren(...rules.map((rule) => this.#rule(rule)));
  }

  /** @param {WordRule} rule */
  #rule({ id, pattern, mode, active }) {
    const remove = el(
      "button",
      { class: "icon-btn is-sm", type: "button", "aria-label": t("Remove the rule {pattern}", { pattern }) },
      icon("x", "icon-s"),
    );
    remove.addEventListener("click", async () => {
      if (await attempt(this.#app.moderation.removeRule(id))) await this.load();
    });
    return el(
      "li",
      {},
      el(
        "span",
        { class: "grow" },
        el("b", { dir: "auto" }, pattern),
        el("span", { class: "row-note" }, active ? modeName(mode) : t("Switched off")),
      ),
      remove,
    );
  }

  /** @param {Promise<unknown>} work */
  async #tell(work) {
    this.#error.hidden = true;
    try {
      await work;
    } catch (reason) {
      this.#error.textContent = describe(reason);
      this.#error.hidden = false;
    }
  }

  async #add() {
    const { room, moderation } = this.#app;
    if (room === null) return;
    await moderation.addRule({ room, pattern: this.#pattern, mode: this.#mode });
    this.#clear();
    await this.load();
  }

  async #try() {
    const { room, moderation } = this.#app;
    if (room === null) return;
    const trial = await moderation.tryRule({ room, pattern: this.#pattern });
    part(this.#root, "trial").replaceChildren(...found(trial));
  }

  get #pattern() {
    return one(this.#form, "[name=pattern]", HTMLInputElement).value.trim();
  }

  get #mode() {
    return one(this.#form, "[name=mode]", HTMLSelectElement).value;
  }
}

/** @param {Trial} trial @returns {Node[]} */
function found({ caught, examples, messages, complete }) {
  const looked = complete
    ? tn("Of {n} message of the last 7 days", "Of {n} messages of the last 7 days", messages)
    : t("Of the newest {n} messages", { n: formatNumber(messages) });
  const count = tn("it would have caught {n}.", "it would have caught {n}.", caught);
  return [
    el("p", {}, `${looked} ${count}`),
    ...examples
      .slice(0, 10)
      .map(({ message, room, author, sent_at, excerpt }) =>
        el(
          "p",
          {},
          el("b", {}, author.name || author.username),
          el("span", { dir: "auto" }, ` ${excerpt} `),
          el("a", { href: messageAddress({ id: message, room }) }, formatDateTime(sent_at)),
        ),
      ),
  ];
}
