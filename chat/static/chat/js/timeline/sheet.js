/** @import { App } from "../app.js" */
/** @import { Message } from "../types.d.ts" */
import { t } from "../i18n.js";
import { el, icon, one, part } from "../render/dom.js";
import { tombstoneWords } from "../render/tombstone.js";
import { may } from "./actions.js";
import { QUICK } from "./emoji.js";
import { showWhatMay } from "./toolbar.js";

/** A finger resting this long on a message asks for its actions, in ms. */
const LONG = 450;
/** A finger that moved this far is scrolling, in px. */
const SLIP = 10;

/** What the toolbar and the menu are to a pointer, the sheet is to a finger. */
export class Sheet {
  #dialog = one(document, "#message-sheet", HTMLDialogElement);

  constructor() {
    part(this.#dialog, "quick").replaceChildren(
      ...QUICK.map((emoji) =>
        el(
          "button",
          {
            class: "emoji",
            type: "button",
            "data-act": "quick",
            "data-emoji": emoji,
            "aria-label": t("React with {emoji}", { emoji }),
          },
          emoji,
        ),
      ),
      el("button", { type: "button", "data-act": "react", "aria-label": t("More emoji") }, icon("react")),
    );
    // The dialog itself is hit only beside its content: on the backdrop.
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog && event.offsetY < 0) this.#dialog.close();
    });
  }

  get dialog() {
    return this.#dialog;
  }

  /** @param {App} app @param {Message} message */
  open(app, message) {
    showWhatMay(app, message, this.#dialog);
    part(this.#dialog, "quick").hidden = !may(app, message, "react");
    const quote = part(this.#dialog, "quote");
    one(quote, "b").textContent = message.author.name || message.author.username;
    one(quote, "span").textContent = message.deleted
      ? tombstoneWords(message, app.me)
      : message.text.slice(0, 200);
    this.#dialog.showModal();
  }

  close() {
    this.#dialog.close();
  }
}

/** @param {HTMLElement} view @param {(target: Element) => void} pressed */
export function onLongPress(view, pressed) {
  let timer = 0;
  let x = 0;
  let y = 0;
  let fired = false;
  const cancel = () => clearTimeout(timer);
  view.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch" || !(event.target instanceof Element)) return;
    const target = event.target;
    [x, y] = [event.clientX, event.clientY];
    fired = false;
    timer = window.setTimeout(() => {
      fired = true;
      pressed(target);
    }, LONG);
  });
  view.addEventListener("pointermove", (event) => {
    if (Math.hypot(event.clientX - x, event.clientY - y) > SLIP) cancel();
  });
  // Or lifting the finger would click what has just opened under it.
  view.addEventListener("touchend", (event) => fired && event.preventDefault(), { passive: false });
  for (const end of ["pointerup", "pointercancel"]) view.addEventListener(end, cancel);
  view.addEventListener("contextmenu", (event) => {
    // Android would open its own menu at the same moment.
    if (event.pointerType === "touch") event.preventDefault();
  });
}
