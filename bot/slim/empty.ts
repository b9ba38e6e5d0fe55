/**
 * Stands in for what Bolt imports and this function never reaches (see bundle-aliases.ts). Any use of it is a mistake
 * and says so.
 */
const missing: object = new Proxy(function absent() {}, {
  get: (_target, name) => (name === '__esModule' ? false : missing),
  apply: () => {
    throw new Error('This part of Bolt is left out of the bundle: see bot/bundle-aliases.ts.');
  },
});
export = missing;
