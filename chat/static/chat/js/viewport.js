/** Less than this is a browser's bar that comes and goes, in px. */
const BAR = 120;

/** Safari on phones lays its keyboard over the page instead of shrinking it: the page must shrink itself. */
export function fitAboveKeyboard() {
  const view = window.visualViewport;
  view?.addEventListener("resize", () => {
    const covered = window.innerHeight - view.height > BAR && view.scale === 1;
    document.body.style.height = covered ? `${view.height}px` : "";
    if (covered) window.scrollTo(0, 0);
  });
}
