import { hit } from "./dom.js";

/** Options under a field: the arrows point, Enter or a click takes, the focus stays in the field. */
export class Listbox {
  #field;
  #list;
  #taken;
  #takers;
  #active = 0;

  /**
   * @param {HTMLElement} field @param {HTMLElement} list with an id
   * @param {(index: number) => void} taken
   * @param {string[]} [takers] keys that take the option pointed at
   */
  constructor(field, list, taken, takers = ["Enter"]) {
    this.#field = field;
    this.#list = list;
    this.#taken = taken;
    this.#takers = takers;
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = hit(event, "[role=option]");
      if (option) taken([...list.children].indexOf(option));
    });
  }

  /** @returns {boolean} */
  get open() {
    return this.#list.childElementCount > 0;
  }

  /** @param {HTMLElement[]} options `<li>` */
  show(options) {
    for (const [index, option] of options.entries()) {
      option.id = `${this.#list.id}-${index}`;
      option.setAttribute("role", "option");
      option.classList.add("opt");
    }
    this.#list.replaceChildren(...options);
    if (this.#field.role === "combobox") this.#field.ariaExpanded = String(this.open);
    if (this.open) this.#point(0);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  close() {
    this.show([]);
  }

  /** @param {KeyboardEvent} event @returns {boolean} it was for the list */
  pressed(event) {
    if (!this.open || event.isComposing) return false;
    if (event.key === "ArrowDown") this.#point(this.#active + 1);
    else if (event.key === "ArrowUp") this.#point(this.#active - 1);
    else if (this.#takers.includes(event.key)) this.#taken(this.#active);
    else return false;
    event.preventDefault();
    return true;
  }

  /** @param {number} index beyond an end: the other end */
  #point(index) {
    const options = [...this.#list.children];
    this.#active = (index + options.length) % options.length;
    for (const [at, option] of options.entries()) option.ariaSelected = String(at === this.#active);
    options[this.#active]?.scrollIntoView({ block: "nearest" });
    this.#field.setAttribute("aria-activedescendant", `${this.#list.id}-${this.#active}`);
  }
}
