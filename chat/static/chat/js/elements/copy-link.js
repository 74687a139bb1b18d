// A link in a field with a button that copies it. Without this script the field can be selected by hand.

class CopyLink extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    const button = this.querySelector("button");
    if (!input || !button) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      input.select();
      // Browsers have no clipboard on sites without TLS; there the selection is ready for the keyboard.
      await navigator.clipboard?.writeText(input.value);
      button.setAttribute("aria-pressed", "true");
    });
  }
}

customElements.define("copy-link", CopyLink);
