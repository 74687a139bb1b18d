/** Nearer to the end than this counts as being there, in px. */
const NEAR = 48;
/** History is fetched when less than this is left to scroll, in px. */
const AHEAD = 900;
/** After a jump the browser may go on with the scrolling that was under way for this long, in ms. */
const COASTING = 300;

/**
 * Where the reader is. Keeps the place while things change around it, and stays at the end when there.
 * The browser's own anchoring is off (timeline.css): it is missing in Safari and would correct twice.
 */
export class Scroll {
  #view;
  #column;
  /** The reader is at the end, and shall stay there. */
  stuck = true;
  /** What is drawn ends with the latest message: below it nothing is missing. */
  atEnd = true;
  /** Until then scrolling is not the reader's wish, in ms of the page's clock. */
  #jumping = 0;

  /** @param {HTMLElement} view scrolls @param {HTMLElement} column grows inside @param {() => void} moved */
  constructor(view, column, moved) {
    this.#view = view;
    this.#column = column;
    for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"])
      view.addEventListener(kind, () => this.#rest(), { passive: true, capture: true });
    view.addEventListener(
      "scroll",
      () => {
        if (performance.now() < this.#jumping) this.toEnd();
        else this.stuck = this.atEnd && this.#left() <= NEAR;
        moved();
      },
      { passive: true },
    );
    // The box grows, a picture without a size arrives, the window is turned: the end stays in sight.
    const watch = new ResizeObserver(() => {
      if (this.stuck) this.toEnd();
    });
    watch.observe(view);
    watch.observe(column);
  }

  /** @returns {boolean} */
  get nearTop() {
    return this.#view.scrollTop < AHEAD;
  }

  /** @returns {boolean} */
  get nearEnd() {
    return this.#left() < AHEAD;
  }

  /** @returns {boolean} far enough from the end to offer a way back */
  get away() {
    return this.#left() > this.#view.clientHeight / 2;
  }

  /** The reader wants the end, in the middle of a smooth scroll too: Chromium's compositor ends its own after ours. */
  jumpToEnd() {
    this.#jumping = performance.now() + COASTING;
    this.toEnd();
  }

  /** Another room: its end, unless something else is sought in it. */
  enter() {
    this.#rest();
    this.stuck = true;
  }

  toEnd() {
    this.stuck = true;
    this.#view.scrollTop = this.#view.scrollHeight;
  }

  /** @param {Element} node @param {"center" | "start"} block */
  to(node, block) {
    this.#rest();
    node.scrollIntoView({ block, behavior: "instant" });
    this.stuck = this.atEnd && this.#left() <= NEAR;
  }

  /** Change the column without moving what is being read. @param {() => void} change */
  keep(change) {
    const anchor = this.stuck ? null : this.#anchor();
    change();
    if (!anchor) return this.stuck ? this.toEnd() : undefined;
    const node = document.getElementById(anchor.id);
    if (node) this.#view.scrollTop += node.getBoundingClientRect().top - anchor.top;
  }

  /** What scrolls from now on is not the jump any more. */
  #rest() {
    this.#jumping = 0;
  }

  /** @returns {{id: string, top: number} | null} the first message in sight */
  #anchor() {
    const top = this.#view.getBoundingClientRect().top;
    for (const node of this.#column.querySelectorAll(".msg")) {
      const box = node.getBoundingClientRect();
      if (box.bottom > top + NEAR) return { id: node.id, top: box.top };
    }
    return null;
  }

  /** @returns {number} px below what is in sight */
  #left() {
    return this.#view.scrollHeight - this.#view.scrollTop - this.#view.clientHeight;
  }
}
