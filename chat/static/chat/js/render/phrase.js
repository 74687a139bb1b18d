/**
 * A sentence with elements in it, whose order is the translator's.
 *
 * @param {string} text of the catalog, `{name}` not filled in @param {Record<string, Node>} nodes by name
 * @returns {(Node | string)[]}
 */
export function phrase(text, nodes) {
  return text.split(/\{(\w+)\}/).map((piece, index) => (index % 2 === 1 ? (nodes[piece] ?? "") : piece));
}
