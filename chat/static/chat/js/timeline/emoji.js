import { t } from "../i18n.js";
import { el, one } from "../render/dom.js";
import { placeBeside } from "../render/place.js";

export const QUICK = ["👍", "❤️", "😂", "👀", "✅"];
const COMMON = [..."👍👎👏🙏💪👀🎉🚀🔥💯✅❌❓😀😂🙂😉😍🤔😮😢😅", "❤️", "☕"];

/** A small choice of emoji, and a field for any other. */
export class EmojiPopover {
  #popover = one(document, "#emoji-pop");
  /** @type {(emoji: string) => void} */
  #chosen = () => {};

  constructor() {
    one(this.#popover, ".picker-grid").replaceChildren(
      ...COMMON.map((emoji) =>
        el("button", { class: "emoji", type: "button", "aria-label": emoji, "data-emoji": emoji }, emoji),
      ),
    );
    this.#popover.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-emoji]") : null;
      if (button instanceof HTMLElement) this.#choose(button.dataset.emoji ?? "");
    });
    const form = one(this.#popover, "form", HTMLFormElement);
    const field = one(form, "input", HTMLInputElement);
    field.addEventListener("input", () => field.setCustomValidity(""));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const emoji = field.value.trim();
      if (isOneEmoji(emoji)) this.#choose(emoji);
      else field.setCustomValidity(t("One emoji, please."));
      form.reportValidity();
    });
  }

  /** @param {Element} anchor @param {(emoji: string) => void} chosen */
  open(anchor, chosen) {
    this.#chosen = chosen;
    one(this.#popover, "input", HTMLInputElement).value = "";
    this.#popover.showPopover();
    placeBeside(this.#popover, anchor, "above");
    one(this.#popover, ".picker-grid button").focus();
  }

  /** @param {string} emoji */
  #choose(emoji) {
    this.#popover.hidePopover();
    this.#chosen(emoji);
  }
}

/** @param {string} text */
function isOneEmoji(text) {
  return [...new Intl.Segmenter().segment(text)].length === 1 && /\p{Emoji}/u.test(text) && !/^[\d#*]$/.test(text);
}
