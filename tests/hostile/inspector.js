// Runs in the page: what is wrong with what people wrote, as the browser understood it.
// `allowed`: names of attributes by element. Called with the selector of the bodies; returns complaints.
({ selector, allowed, classes }) => {
  /** What the page itself adds to a body, at the places where it does. */
  const undress = (body) => {
    for (const button of body.querySelectorAll("figure.code > figcaption > button.copy:last-child")) {
      button.remove();
    }
    for (const frame of body.querySelectorAll("figure.code > pre[role=region], .table-scroll[role=region]")) {
      frame.removeAttribute("role");
      frame.removeAttribute("aria-label");
    }
    for (const mention of body.querySelectorAll("span.mention.is-me")) {
      mention.classList.remove("is-me");
    }
    return body;
  };
  const judge = (node) => {
    const name = node.localName;
    const attributes = allowed[name];
    if (!attributes || node.namespaceURI !== "http://www.w3.org/1999/xhtml" || node.shadowRoot) {
      return [`<${name}>`];
    }
    const wrong = [...node.attributes].filter(({ name }) => !attributes.includes(name));
    const foreign = [...node.classList].filter((one) => !classes.includes(one));
    const link = name === "a" && !["http:", "https:", "mailto:"].includes(node.protocol);
    return [
      ...wrong.map((attribute) => `<${name} ${attribute.name}>`),
      ...foreign.map((one) => `<${name} class=${one}>`),
      ...(link ? [`a link to ${node.protocol}`] : []),
    ];
  };
  return [...document.querySelectorAll(selector)].flatMap((body) => {
    body.scrollIntoView();
    return [...undress(body.cloneNode(true)).querySelectorAll("*")].flatMap(judge);
  });
}
