/** @import { App } from "../app.js" */
/** @import { Attachment } from "../types.d.ts" */
import { formatSize, t } from "../i18n.js";
import { CommandError, MAX_ATTACHMENTS } from "../protocol.js";
import { el, icon, one, part } from "../render/dom.js";
import { describe } from "../render/refusal.js";
import { toast } from "../render/toast.js";

/** @typedef {{node: HTMLElement, stop: AbortController, attachment: Attachment | null}} Item */

/** The files that will go with the message. They are sent at once; the message waits for them. */
export class Tray {
  #app;
  #node;
  #changed;
  /** @type {Item[]} */
  #items = [];

  /** @param {HTMLElement} root @param {App} app @param {() => void} changed */
  constructor(root, app, changed) {
    this.#app = app;
    this.#node = part(root, "tray");
    this.#changed = changed;
    const input = part(root, "files", HTMLInputElement);
    part(root, "attach").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      this.#add([...(input.files ?? [])]);
      input.value = "";
    });
    one(root, "textarea").addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      this.#add(files);
    });
    this.#takeDrops(one(document, ".room"));
  }

  /** @returns {boolean} a file is still under way */
  get busy() {
    return this.#items.some((item) => item.attachment === null);
  }

  /** @returns {Attachment[]} in the order in which everybody will see them */
  get attachments() {
    return this.#items.flatMap((item) => item.attachment ?? []).sort((a, b) => a.id - b.id);
  }

  clear() {
    for (const item of this.#items) if (!item.attachment) item.stop.abort();
    this.#items = [];
    this.#draw();
  }

  /** @param {HTMLElement} area */
  #takeDrops(area) {
    area.addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
    area.addEventListener("drop", (event) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      if (this.#app.joined) this.#add(files);
    });
  }

  /** @param {File[]} files */
  #add(files) {
    for (const file of files) {
      if (this.#items.length >= MAX_ATTACHMENTS)
        return toast(t("A message carries at most {n} files.", { n: MAX_ATTACHMENTS }));
      if (file.size > this.#app.maxUpload) {
        toast(t("{name} is larger than {size}.", { name: file.name, size: formatSize(this.#app.maxUpload) }));
      } else this.#send(file);
    }
  }

  /** @param {File} file */
  async #send(file) {
    const bar = el("progress", { max: 1, value: 0, "aria-label": t("Uploading {name}", { name: file.name }) });
    /** @type {Item} */
    const item = { node: trayItem(file, bar), stop: new AbortController(), attachment: null };
    one(item.node, "button").addEventListener("click", () => this.#drop(item));
    this.#items.push(item);
    this.#draw();
    try {
      item.attachment = await this.#app.api.upload(
        file,
        (share) => {
          bar.value = share;
        },
        item.stop.signal,
      );
      bar.replaceWith(el("span", { class: "row-note" }, formatSize(file.size)));
    } catch (reason) {
      if (!(reason instanceof CommandError && reason.code === "aborted"))
        toast(t("{name}: {text}", { name: file.name, text: describe(reason) }));
      this.#items = this.#items.filter((each) => each !== item);
    }
    this.#draw();
  }

  /** @param {Item} item */
  #drop(item) {
    item.stop.abort();
    this.#items = this.#items.filter((each) => each !== item);
    this.#draw();
  }

  #draw() {
    this.#node.hidden = this.#items.length === 0;
    this.#node.replaceChildren(...this.#items.map((item) => item.node));
    this.#changed();
  }
}

/** @param {File} file @param {HTMLElement} bar */
function trayItem(file, bar) {
  return el(
    "div",
    { class: "tray-item" },
    file.type.startsWith("image/") ? picture(file) : el("span", { class: "avatar is-bot" }, icon("file")),
    el("div", {}, el("span", { class: "row-name" }, file.name), bar),
    el(
      "button",
      { class: "icon-btn is-sm", type: "button", "aria-label": t("Remove {name}", { name: file.name }) },
      icon("x", "icon-s"),
    ),
  );
}

/** @param {File} file */
function picture(file) {
  const image = el("img", { src: URL.createObjectURL(file), alt: "" });
  // The address holds the whole file in memory until it is given back.
  for (const done of ["load", "error"]) image.addEventListener(done, () => URL.revokeObjectURL(image.src));
  return image;
}
