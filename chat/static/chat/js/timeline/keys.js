const LETTERS = new Map([
  ["r", "reply"],
  ["e", "edit"],
  ["+", "react"],
  ["p", "pin"],
  ["u", "unread"],
  ["delete", "remove"],
]);

/** Keys that move the focus: who uses them means the message they reach. */
const MOVES = new Set(["Tab", "ArrowUp", "ArrowDown", "F6", "Escape"]);

/** Single letters act on the focused message alone (WCAG 2.1.4); the arrows move the focus. */
export class MessageKeys {
  #view;
  #run;
  /** A click brought the focus to the message: who types now means the box, and must not pin or mark anything. */
  #clicked = false;

  /** @param {HTMLElement} view @param {(article: HTMLElement, act: string) => void} run */
  constructor(view, run) {
    this.#view = view;
    this.#run = run;
    view.addEventListener("pointerdown", () => {
      this.#clicked = true;
    });
    document.addEventListener(
      "keydown",
      (event) => {
        if (MOVES.has(event.key)) this.#clicked = false;
      },
      true,
    );
    view.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof HTMLElement)) return;
    const onMessage = target.matches(".msg");
    if (target !== this.#view && !onMessage) return this.#back(event, target);
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      if (this.#move(onMessage ? target : null, event.key === "ArrowUp" ? -1 : 1)) event.preventDefault();
      return;
    }
    if (event.key === "Escape") return this.#run(target, "latest");
    const act = LETTERS.get(event.key.toLowerCase());
    if (!act || !onMessage || this.#clicked) return;
    event.preventDefault();
    this.#run(target, act);
  }

  /** From a button or link inside, Escape returns to the message. @param {KeyboardEvent} event @param {HTMLElement} target */
  #back(event, target) {
    if (event.key !== "Escape") return;
    const article = target.closest(".msg");
    if (!(article instanceof HTMLElement)) return;
    event.stopPropagation();
    article.focus({ preventScroll: true });
  }

  /** @param {HTMLElement | null} from null: the newest @param {-1 | 1} step */
  #move(from, step) {
    const all = [...this.#view.querySelectorAll(".msg")];
    const next = from ? all[all.indexOf(from) + step] : all.at(-1);
    if (!(next instanceof HTMLElement)) return false;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    return true;
  }
}
