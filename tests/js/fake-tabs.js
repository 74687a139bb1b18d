/** The tabs of one browser: a store, a channel and locks that they share. */
export class FakeBrowser {
  /** @type {Map<string, any>} */
  posts = new Map();
  /** @type {Map<string, Promise<any>>} */
  #locks = new Map();
  /** @type {Map<object, (news: any) => void>} */
  #tabs = new Map();

  /** What `Outbox` needs of the browser, for one more tab. */
  openTab() {
    const tab = {};
    return {
      store: {
        all: async () => structuredClone([...this.posts.values()]),
        get: async (/** @type {string} */ ref) => structuredClone(this.posts.get(ref)),
        put: async (/** @type {any} */ pending) => void this.posts.set(pending.ref, structuredClone(pending)),
        delete: async (/** @type {string} */ ref) => void this.posts.delete(ref),
      },
      tabs: {
        post: (/** @type {any} */ news) => {
          for (const [other, hear] of this.#tabs) if (other !== tab) hear(structuredClone(news));
        },
        listen: (/** @type {(news: any) => void} */ hear) => void this.#tabs.set(tab, hear),
        alone: (/** @type {string} */ name, /** @type {() => Promise<any>} */ work) => this.#alone(name, work),
      },
    };
  }

  /** @param {string} name @param {() => Promise<any>} work */
  #alone(name, work) {
    const turn = (this.#locks.get(name) ?? Promise.resolve()).then(work);
    this.#locks.set(name, turn);
    return turn;
  }
}
