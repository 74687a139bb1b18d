import { t } from "../i18n.js";
import { CommandError } from "../protocol.js";
import { toast } from "./toast.js";

/**
 * Do what a button asks; a refusal becomes a toast, for there is nowhere else to say it.
 *
 * @param {Promise<unknown>} work @returns {Promise<boolean>} done
 */
export async function attempt(work) {
  try {
    await work;
    return true;
  } catch (reason) {
    toast(describe(reason));
    return false;
  }
}

/** @param {unknown} reason a refusal; anything else is a mistake of ours and thrown on @returns {string} */
export function describe(reason) {
  if (!(reason instanceof CommandError)) throw reason;
  return reason.code === "unavailable" ? t("The server can’t be reached. Try again in a moment.") : reason.message;
}
