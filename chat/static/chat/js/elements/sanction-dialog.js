import { formatSpan, t } from "../i18n.js";
import { el, one, part } from "../render/dom.js";
import { describe } from "../render/refusal.js";
import { toast } from "../render/toast.js";

const HOUR = 60;
const DAY = 24 * HOUR;
/** Minutes back; 0: they stay. */
const PURGES = [0, HOUR, DAY, 7 * DAY];

/**
 * What a moderator is asked before an act on a person.
 *
 * @typedef {{title: string, text: string, action: string, needsReason: boolean, lasts?: number[], purges?: boolean,
 *   run: (answers: Answers) => Promise<string>}} Question
 *   lasts: minutes, 0 for good; run: rejects with a CommandError, which the dialog tells, and resolves with what to say
 * @typedef {{reason: string, minutes: number, purge: number}} Answers purge: minutes back, 0 for none
 */

/** @param {Question} question */
export function ask({ title, text, action, needsReason, lasts, purges, run }) {
  const dialog = one(document, "#sanction", HTMLDialogElement);
  const form = one(dialog, "form", HTMLFormElement);
  const reason = one(form, "[name=reason]", HTMLTextAreaElement);
  form.reset();
  part(dialog, "error").hidden = true;
  one(dialog, "h2").textContent = title;
  part(dialog, "text").textContent = text;
  part(dialog, "submit").textContent = action;
  part(dialog, "optional").hidden = needsReason;
  reason.required = needsReason;
  part(dialog, "lasts").hidden = !lasts;
  one(form, "[name=minutes]", HTMLSelectElement).replaceChildren(
    ...(lasts ?? []).map((minutes) => option(minutes, minutes ? formatSpan(minutes * 60, "long") : t("For good"))),
  );
  part(dialog, "purges").hidden = !purges;
  one(form, "[name=purge]", HTMLSelectElement).replaceChildren(
    ...PURGES.map((minutes) => option(minutes, minutes ? lastOnes(minutes) : t("Keep their messages"))),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    submit(dialog, run, answersOf(new FormData(form)));
  };
  dialog.showModal();
}

/** @param {HTMLDialogElement} dialog @param {Question["run"]} run @param {Answers} answers */
async function submit(dialog, run, answers) {
  const button = part(dialog, "submit", HTMLButtonElement);
  const error = part(dialog, "error");
  button.disabled = true;
  try {
    const words = await run(answers);
    dialog.close();
    toast(words);
  } catch (reason) {
    error.textContent = describe(reason);
    error.hidden = false;
  } finally {
    button.disabled = false;
  }
}

/** @param {FormData} fields @returns {Answers} */
function answersOf(fields) {
  return {
    reason: String(fields.get("reason") ?? "").trim(),
    minutes: Number(fields.get("minutes")),
    purge: Number(fields.get("purge")),
  };
}

/** @param {number} value @param {string} label */
function option(value, label) {
  return el("option", { value }, label);
}

/** @param {number} minutes */
function lastOnes(minutes) {
  if (minutes === HOUR) return t("Remove those of the last hour");
  return minutes === DAY ? t("Remove those of the last day") : t("Remove those of the last week");
}
