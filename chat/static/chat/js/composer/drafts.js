/** @import { Id } from "../types.d.ts" */

/** Drafts live as long as the tab: shared ones would overwrite each other. */

/** @param {Id} room @returns {string} */
export function readDraft(room) {
  return sessionStorage.getItem(`draft.${room}`) ?? "";
}

/** @param {Id} room @param {string} text empty: none */
export function saveDraft(room, text) {
  if (text) sessionStorage.setItem(`draft.${room}`, text);
  else sessionStorage.removeItem(`draft.${room}`);
}
