/** @import { CaseState } from "../moderation-types.d.ts" */
import { t } from "../i18n.js";

/** @param {string} action as the record names it @returns {string} */
export function actName(action) {
  return ACTS[action]?.() ?? action;
}

/** Looked up when they are drawn: the catalog is there by then. @type {Record<string, () => string>} */
const ACTS = {
  warn: () => t("Warned"),
  mute: () => t("Muted"),
  unmute: () => t("Lifted a mute"),
  remove: () => t("Removed from a room"),
  ban: () => t("Banned"),
  unban: () => t("Lifted a ban"),
  deactivate: () => t("Deactivated the account"),
  reactivate: () => t("Reactivated the account"),
  delete_account: () => t("Deleted an account"),
  sign_out: () => t("Signed out everywhere"),
  note: () => t("Wrote a note"),
  role: () => t("Changed a role"),
  revoke_invite: () => t("Revoked an invitation"),
  delete_message: () => t("Removed a message"),
  restore_message: () => t("Restored a message"),
  purge_messages: () => t("Removed all messages since a time"),
  hide: () => t("Hid a message"),
  pin: () => t("Pinned"),
  unpin: () => t("Unpinned"),
  report: () => t("Reported"),
  assign: () => t("Took on a report"),
  resolve: () => t("Resolved a report"),
  dismiss: () => t("Dismissed a report"),
  look: () => t("Looked into a private room"),
  rule_hit: () => t("A rule applied"),
};

/** @param {string} category */
export function categoryName(category) {
  if (category === "spam") return t("Spam or advertising");
  if (category === "harassment") return t("Insults, threats or harassment");
  if (category === "private") return t("Shares someone’s private details");
  return t("Something else");
}

/** @param {CaseState} state */
export function stateName(state) {
  if (state === "open") return t("Waiting");
  if (state === "in_progress") return t("In progress");
  return state === "resolved" ? t("Resolved") : t("Dismissed");
}

/** @param {string} mode of a word rule */
export function modeName(mode) {
  if (mode === "block") return t("Refuse the message");
  return mode === "hide" ? t("Hide it for review") : t("Let it pass and report it");
}
