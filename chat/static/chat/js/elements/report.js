/** @import { App } from "../app.js" */
/** @import { ReportCategory, Reported } from "../notice-types.d.ts" */
/** @import { Message, User } from "../types.d.ts" */
import { t } from "../i18n.js";
import { one, part } from "../render/dom.js";
import { isFormer } from "../render/people.js";
import { toast } from "../render/toast.js";
import { AskingDialog } from "./dialogs.js";

/**
 * Ask what is wrong with a message or a person, and tell the moderators.
 *
 * @param {App} app @param {{message: Message} | {person: User}} subject
 */
export function openReport(app, subject) {
  app.report(
    "message" in subject ? { ...subject, person: subject.message.author } : { ...subject, message: null },
  );
  app.open("report");
}

/** `<chat-report>`: what somebody tells the moderators. */
export class ReportForm {
  #app;
  #root;
  /** @type {Reported | null} */
  #subject = null;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#root = root;
    app.addEventListener("report", (event) => {
      if (event instanceof CustomEvent) this.#subject = event.detail;
    });
    const form = one(root, "form", HTMLFormElement);
    new AskingDialog(
      root,
      () => this.#draw(),
      () => this.#send(new FormData(form)),
      () => toast(t("Thank you. The moderators will look at it.")),
    );
  }

  #draw() {
    if (!this.#subject) return;
    const { message, person } = this.#subject;
    const name = person.name || person.username;
    one(this.#root, "h2").textContent = message ? t("Report this message") : t("Report {name}", { name });
    one(this.#root, "legend").textContent = message ? t("What is wrong with it?") : t("What is wrong?");
    const quote = part(this.#root, "quote");
    quote.hidden = !message;
    one(quote, "b").textContent = name;
    one(quote, "span").textContent = message?.text.slice(0, 200) ?? "";
    part(this.#root, "block").hidden = this.#app.client.blocks.has(person.id) || isFormer(person);
    part(this.#root, "block-words").textContent = t("Block {name} as well", { name });
    part(this.#root, "whereto").textContent = [
      this.#whereTo(message),
      t("They see your name, {name} does not. You’ll hear what they decided.", { name }),
    ].join(" ");
  }

  /** @param {Message | null} message */
  #whereTo(message) {
    const info = this.#app.state?.info;
    return message && info && info.kind !== "direct"
      ? t("Goes to the moderators of {room}.", { room: info.name })
      : t("Goes to the moderators of this site.");
  }

  /** @param {FormData} fields */
  async #send(fields) {
    if (!this.#subject) return;
    const { message, person } = this.#subject;
    await this.#app.api.report({
      ...(message ? { message: message.id } : { person: person.id }),
      category: /** @type {ReportCategory} */ (fields.get("category")),
      note: String(fields.get("note")).trim(),
    });
    if (fields.has("block")) await this.#app.api.block(person.id);
  }
}
