const GAP = 6;

/**
 * Put an open popover beside its button, towards the middle of the window and inside it. Set through the style object, which a strict
 * CSP allows; CSS anchors would do it alone, but are younger than the browsers we serve.
 *
 * @param {HTMLElement} popover @param {Element} anchor
 * @param {"above" | "below"} prefer
 */
export function placeBeside(popover, anchor, prefer) {
  const from = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const above = from.top - height - GAP;
  const below = from.bottom + GAP;
  const fitsBelow = below + height <= innerHeight - GAP;
  const top = prefer === "above" ? (above >= GAP ? above : below) : fitsBelow ? below : above;
  const left = from.left + from.right < innerWidth ? from.left : from.right - width;
  popover.style.left = `${clamp(left, innerWidth - width - GAP)}px`;
  popover.style.top = `${clamp(top, innerHeight - height - GAP)}px`;
}

/** @param {number} value @param {number} most */
function clamp(value, most) {
  return Math.max(GAP, Math.min(value, most));
}
