/** @import { App } from "../app.js" */
import { one, part } from "../render/dom.js";

/** `<chat-details>`: the panel beside the room. */
export class Details {
  #app;
  #panel;
  /** @type {HTMLElement[]} */
  #tabs;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#panel = one(root, ".panel");
    this.#tabs = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[role=tab]")]);
    part(root, "close").addEventListener("click", () => this.#close());
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close();
    });
    for (const tab of this.#tabs) tab.addEventListener("click", () => this.#open(tab));
    one(root, "[role=tablist]").addEventListener("keydown", (event) => this.#walk(event));
    app.on("details", () => this.#draw());
    app.client.on("room", ({ room }) => room === app.room && this.#draw());
    app.on("room", () => this.#draw());
  }

  #close() {
    this.#app.toggleDetails();
    one(document, "[data-part=details]").focus();
  }

  /** @param {HTMLElement} tab */
  #open(tab) {
    if (tab.getAttribute("aria-selected") !== "true") this.#app.toggleDetails(nameOf(tab));
    tab.focus();
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const tabs = this.#tabs.filter((tab) => !tab.hidden);
    const at = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const next = tabs.at((at + (event.key === forward ? 1 : -1)) % tabs.length);
    if (next) this.#open(next);
  }

  #draw() {
    const { details, state, lost, moderates } = this.#app;
    // Another room came on screen, or another role to the reader.
    if (details === "moderation" && !moderates) return this.#app.toggleDetails("people");
    one(this.#panel, "#tab-moderation").hidden = !moderates;
    const wasHidden = this.#panel.hidden;
    this.#panel.hidden = details === null || !state || lost !== null;
    if (details === null) return;
    for (const tab of this.#tabs) {
      const selected = nameOf(tab) === details;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      one(document, `#${tab.getAttribute("aria-controls")}`).hidden = !selected;
    }
    this.#count();
    if (wasHidden && !this.#panel.hidden) this.#panel.focus();
  }

  #count() {
    const info = this.#app.state?.info;
    part(this.#panel, "count").textContent = info ? String(info.people?.length ?? info.members) : "";
  }
}

/** @param {HTMLElement} tab @returns {"people" | "pins" | "about" | "moderation"} */
function nameOf(tab) {
  return /** @type {"people" | "pins" | "about" | "moderation"} */ (tab.id.replace("tab-", ""));
}
