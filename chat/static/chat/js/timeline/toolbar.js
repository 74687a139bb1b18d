/** @import { App } from "../app.js" */
/** @import { Message } from "../types.d.ts" */
/** @import { Act } from "./actions.js" */
import { one, part } from "../render/dom.js";
import { placeBeside } from "../render/place.js";
import { may, mayAnything } from "./actions.js";

/** Below the line in the menu. */
const BELOW = /** @type {Act[]} */ (["report", "restore", "mute", "remove"]);
const ACTS = /** @type {Act[]} */ (["reply", "react", "edit", "copy", "link", "pin", "unread", ...BELOW]);

/** The one toolbar, which moves to the message under the pointer or with the focus, and its overflow menu. */
export class Toolbar {
  #app;
  #tools;
  #menu = one(document, "#message-menu");

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    const template = one(document, "#tools", HTMLTemplateElement);
    this.#tools = one(/** @type {DocumentFragment} */ (template.content.cloneNode(true)), ".tools");
  }

  /** @param {HTMLElement} article @param {Message} message */
  moveTo(article, message) {
    // Under a keyboard user's fingers it stays where it is.
    if (this.#tools.parentElement === article || this.#tools.querySelector(":focus-visible")) return;
    showWhatMay(this.#app, message, this.#tools);
    if (mayAnything(this.#app, message)) article.append(this.#tools);
  }

  /** @param {Message} message @param {Element} anchor */
  openMenu(message, anchor) {
    showWhatMay(this.#app, message, this.#menu);
    this.#menu.showPopover();
    placeBeside(this.#menu, anchor, "below");
    one(this.#menu, ".menu-item:not([hidden])").focus();
  }

  closeMenu() {
    this.#menu.hidePopover();
  }

  get menu() {
    return this.#menu;
  }
}

/** @param {App} app @param {Message} message @param {HTMLElement} root of buttons with `data-act` */
export function showWhatMay(app, message, root) {
  for (const act of ACTS) {
    for (const button of root.querySelectorAll(`[data-act="${act}"]`)) {
      button.toggleAttribute("hidden", !may(app, message, act));
    }
  }
  for (const button of root.querySelectorAll("[data-act=quick], .sep")) {
    button.toggleAttribute("hidden", !may(app, message, "react"));
  }
  if (!root.querySelector('[data-part="pin"]')) return;
  part(root, "pin").hidden = message.pinned;
  part(root, "unpin").hidden = !message.pinned;
  part(root, "danger").hidden = message.deleted || !BELOW.some((act) => may(app, message, act));
}
