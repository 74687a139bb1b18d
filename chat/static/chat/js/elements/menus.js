import { one } from "../render/dom.js";
import { placeBeside } from "../render/place.js";

/** The site's and the reader's own menu, at the two ends of the sidebar. */
export class SidebarMenus {
  /** @param {HTMLElement} root */
  constructor(root) {
    openAt(one(root, "#site-menu"), one(root, "[popovertarget=site-menu]"), "below");
    const mine = one(root, "#me-menu");
    openAt(mine, one(root, "[popovertarget=me-menu]"), "above");
    showTheme(mine);
    mine.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-theme-choice]") : null;
      if (!(button instanceof HTMLElement)) return;
      chooseTheme(button.dataset.themeChoice ?? "system");
      showTheme(mine);
    });
  }
}

/** @param {HTMLElement} menu @param {HTMLElement} button @param {"above" | "below"} side */
function openAt(menu, button, side) {
  menu.addEventListener("toggle", () => {
    const open = menu.matches(":popover-open");
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    placeBeside(menu, button, side);
    one(menu, "button, a").focus();
  });
  menu.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-open]")) menu.hidePopover();
  });
}

/** Read before the first paint by theme.js. @param {string} theme */
function chooseTheme(theme) {
  if (theme === "system") {
    localStorage.removeItem("theme");
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem("theme", theme);
    document.documentElement.dataset.theme = theme;
  }
}

/** @param {HTMLElement} menu */
function showTheme(menu) {
  const theme = document.documentElement.dataset.theme ?? "system";
  for (const button of menu.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-theme-choice") === theme));
  }
}
