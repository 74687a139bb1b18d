/** @import { App } from "../app.js" */
/** @import { Id } from "../types.d.ts" */
/** @import { Case } from "../moderation-types.d.ts" */
import { formatDateTime, formatNumber, t, tn } from "../i18n.js";
import { el, one, part } from "../render/dom.js";
import { attempt } from "../render/refusal.js";
import { categoryName, stateName } from "../render/terms.js";
import { CaseView } from "./case-view.js";

/** `<chat-reports-row>`: how many reports wait, for those who decide them. */
export class ReportsRow {
  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    const row = one(root, "button");
    const draw = () => {
      const { cases } = app.client;
      row.hidden = cases === null;
      part(root, "badge").hidden = !cases;
      part(root, "count").textContent = formatNumber(cases ?? 0);
      part(root, "words").textContent = tn("{n} waiting", "{n} waiting", cases ?? 0);
    };
    row.addEventListener("click", () => app.openReports(null));
    app.client.on("cases", draw);
    draw();
  }
}

/** `<chat-reports>`: the moderators' queue, one case of which can be opened. */
export class Reports {
  #app;
  #dialog;
  #view;
  /** @type {Id | null} null: wherever the reader may decide */
  #room = null;
  /** Counts the questions, so that a late answer to an older one is dropped. */
  #asked = 0;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#dialog = one(root, "dialog", HTMLDialogElement);
    this.#view = new CaseView(part(root, "case"), app, () => this.#showList());
    app.addEventListener("reports", (event) => {
      if (event instanceof CustomEvent) this.#open(event.detail);
    });
    one(root, "fieldset").addEventListener("change", () => this.#load());
    part(root, "back").addEventListener("click", () => this.#showList());
    app.client.on("cases", () => this.#dialog.open && !part(this.#dialog, "queue").hidden && this.#load());
  }

  /** @param {Id | null} room */
  #open(room) {
    this.#room = room;
    for (const other of document.querySelectorAll("dialog")) other.close();
    one(this.#dialog, "[value=undecided]", HTMLInputElement).checked = true;
    this.#dialog.showModal();
    this.#showList();
  }

  #showList() {
    part(this.#dialog, "queue").hidden = false;
    part(this.#dialog, "case").hidden = true;
    part(this.#dialog, "back").hidden = true;
    one(this.#dialog, "h2").textContent = this.#title;
    part(this.#dialog, "list").replaceChildren();
    one(this.#dialog, "input:checked").focus();
    this.#load();
  }

  get #title() {
    const name = this.#room === null ? undefined : this.#app.client.room(this.#room)?.info.name;
    return name ? t("Reports in {room}", { room: name }) : t("Reports");
  }

  /** @param {Id} [after] the last one shown; without: from the beginning */
  async #load(after) {
    const asked = ++this.#asked;
    const state = one(this.#dialog, "input:checked", HTMLInputElement).value;
    await attempt(
      (async () => {
        const { cases, more } = await this.#app.moderation.cases({
          state,
          ...(this.#room === null ? {} : { room: this.#room }),
          ...(after === undefined ? {} : { after }),
        });
        if (asked !== this.#asked) return;
        const list = part(this.#dialog, "list");
        const rows = cases.map((each) => this.#row(each));
        if (after === undefined) keepingFocus(list, () => list.replaceChildren(...rows));
        else list.append(...rows);
        part(this.#dialog, "none").hidden = list.childElementCount > 0;
        const button = part(this.#dialog, "more");
        button.hidden = !more;
        button.onclick = () => this.#load(cases.at(-1)?.id);
      })(),
    );
  }

  /** @param {Case} found */
  #row(found) {
    const { id, person, room, message, state, assignee, newest } = found;
    const taken = assignee ? ` · ${assignee.name || assignee.username}` : "";
    const button = el(
      "button",
      { class: "case-row", type: "button", "data-case": id },
      el(
        "span",
        { class: "case-head" },
        el("b", {}, person.name || person.username),
        el("span", { class: `tag${state === "open" ? " tag-danger" : ""}` }, `${stateName(state)}${taken}`),
        room && el("span", { class: "row-note", dir: "auto" }, room.name || t("Direct message")),
      ),
      el("span", { class: "case-words", dir: "auto" }, wordsOf(found)),
      el(
        "span",
        { class: "row-note" },
        `${reasons(found)} · ${formatDateTime(newest)}${message ? "" : ` · ${t("About the person")}`}`,
      ),
    );
    button.addEventListener("click", () => this.#show(id));
    return el("li", {}, button);
  }

  /** @param {Id} id */
  async #show(id) {
    if (!(await attempt(this.#view.open(id)))) return;
    part(this.#dialog, "queue").hidden = true;
    part(this.#dialog, "case").hidden = false;
    part(this.#dialog, "back").hidden = false;
    one(this.#dialog, "h2").textContent = t("Report");
    part(this.#dialog, "back").focus();
  }
}

/** @param {Case} found */
function wordsOf({ message, sealed }) {
  if (!message) return "";
  return sealed ? t("In a private room. To open it is on the record.") : message.excerpt || t("A file");
}

/** @param {Case} found */
function reasons({ categories }) {
  return Object.entries(categories)
    .map(([category, n]) => (n === 1 ? categoryName(category) : `${categoryName(category)} × ${formatNumber(n)}`))
    .join(" · ");
}

/** @param {HTMLElement} list @param {() => void} redraw */
function keepingFocus(list, redraw) {
  const { activeElement } = document;
  const held =
    activeElement instanceof HTMLElement && list.contains(activeElement) ? activeElement.dataset.case : null;
  redraw();
  if (held) list.querySelector(/** @type {"button"} */ (`[data-case="${held}"]`))?.focus();
}
