// Preloaded into child processes of a lab: their clock stands at the lab's time, which stands still while they run.
const now = Number(process.env.LAB_NOW);
if (Number.isFinite(now)) {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...args) {
      if (args.length === 0) super(now);
      else super(...args);
    }
    static now() {
      return now;
    }
  };
}
