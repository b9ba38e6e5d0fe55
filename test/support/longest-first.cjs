const { default: Sequencer } = require('@jest/test-sequencer');

/** Stories first, each minutes long: one that starts last would keep a single core busy at the end. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) =>
      ['/crash.', '/every-finding.', '/story/', '/tools/'].findIndex((part) => path.includes(part));
    const order = (test) => (rank(test) === -1 ? 9 : rank(test));
    return [...tests].sort((a, b) => order(a) - order(b) || (a.path < b.path ? -1 : 1));
  }
};
