/**
 * Follow the network and the visibility of the page, where there is one.
 * @param {{online: () => void, offline: () => void, shown: () => void, hidden: () => void}} listeners
 * @param {AbortSignal} signal
 */
export function watchPage({ online, offline, shown, hidden }, signal) {
  globalThis.addEventListener?.("online", online, { signal });
  globalThis.addEventListener?.("offline", offline, { signal });
  const turned = () => (isShown() ? shown() : hidden());
  globalThis.document?.addEventListener("visibilitychange", turned, { signal });
}

/** @returns {boolean} */
export function isShown() {
  return globalThis.document?.visibilityState !== "hidden";
}
