/** @import { WireError } from "../types.d.ts" */
import { t, translated } from "../i18n.js";
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
  return explain(reason);
}

/**
 * Why something was refused, in the reader's language. The server speaks English and says exactly what is wrong;
 * the catalog knows its usual sentences, and for any other the code says it roughly.
 *
 * @param {WireError} error @returns {string}
 */
export function explain({ code, message }) {
  if (code === "unavailable") return t("The server can’t be reached. Try again in a moment.");
  return (message !== code && translated(message)) || roughly(code);
}

/** @param {string} code @returns {string} */
function roughly(code) {
  if (code === "forbidden") return t("You may not do this.");
  if (code === "not_found") return t("It doesn’t exist, or you may not see it.");
  if (code === "too_large") return t("This is too large.");
  if (code === "rate_limited") return t("That was too fast. Wait a moment, then try again.");
  if (code === "signed_out") return t("You are signed out.");
  return t("The server doesn’t take this.");
}
