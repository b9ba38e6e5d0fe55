const BUCKET_SECONDS = 300;
/** Births in five minutes that no person and few intruders make, and every installation does. */
const MANY_BIRTHS = 150;
/** Fewer births make an installation when a package manager or cloud-init wrote its records in the same minutes. */
const RECORDED_BIRTHS = 8;
/** So many files under /usr that are a day older than their birth come from a package; an intruder backdates a few. */
const PACKAGED_BIRTHS = 8;
const DAY_SECONDS = 86_400;
const PACKAGED = /^\/(?:usr\/(?:share|lib|lib64|libexec|bin|sbin|include)|lib|lib64|bin|sbin)\//;

/** Records that package managers and first-boot tools write while they work. */
const RECORDS =
  /^\/var\/lib\/(?:dpkg\/(?:info\/[^/]+\.list|status|triggers\/)|rpm\/(?:Packages|rpmdb\.sqlite|Packages\.db)|apt\/extended_states|dnf\/history|yum\/history|pacman\/local)|^\/lib\/apk\/db\/installed$|^\/usr\/lib\/sysimage\/rpm\/|^\/var\/log\/(?:dpkg\.log|apt\/history\.log|dnf\.rpm\.log|yum\.log)$/;

/** Semaphores that cloud-init makes once, at first boot; it changes other files at every boot. */
const FIRST_BOOT = /^\/var\/lib\/cloud\/instances\/[^/]+\/sem\//;

/** Temporary places and homes. */
const OPEN_PLACES = /^\/(?:tmp|var\/tmp|dev\/shm|run|home|root)\//;

/** Learns from the listing when files were being installed: image build, first boot, package upgrades. */
export class InstallBursts {
  private readonly births = new Map<number, number>();
  private readonly placed = new Map<number, number>();
  private readonly unpacked = new Map<number, number>();
  private readonly packaged = new Map<number, number>();
  private readonly records = new Set<number>();

  /** Takes one file's birth and change (Unix seconds; 0 when not recorded). */
  add(path: string, born: number, changed: number, modified: number): void {
    const time = born > 0 ? born : changed;
    if (time <= 0) return;
    const bucket = Math.floor(time / BUCKET_SECONDS);
    this.births.set(bucket, (this.births.get(bucket) ?? 0) + 1);
    // What is unpacked where anyone may write is no installation, however much of it there is.
    const where = OPEN_PLACES.test(path) ? this.unpacked : this.placed;
    where.set(bucket, (where.get(bucket) ?? 0) + 1);
    // Packages bring files older than their birth; RPM keeps no record for each of them.
    if (PACKAGED.test(path) && modified > 0 && time - modified > DAY_SECONDS) {
      this.packaged.set(bucket, (this.packaged.get(bucket) ?? 0) + 1);
    }
    if (RECORDS.test(path)) this.records.add(Math.floor(changed / BUCKET_SECONDS));
    if (FIRST_BOOT.test(path)) this.records.add(bucket);
  }

  /** Whether files were being installed within five minutes of a time. */
  around(seconds: number): boolean {
    const bucket = Math.floor(seconds / BUCKET_SECONDS);
    let births = 0;
    let packaged = 0;
    let recorded = false;
    for (const near of [bucket - 1, bucket, bucket + 1]) {
      births = Math.max(births, this.placed.get(near) ?? 0);
      packaged = Math.max(packaged, this.packaged.get(near) ?? 0);
      recorded ||= this.records.has(near);
    }
    return births >= MANY_BIRTHS || packaged >= PACKAGED_BIRTHS || (recorded && births >= RECORDED_BIRTHS);
  }

  /** Whether so many files came to temporary places and homes within five minutes that a tree was unpacked or checked out. */
  unpackedAround(seconds: number): boolean {
    const bucket = Math.floor(seconds / BUCKET_SECONDS);
    return [bucket - 1, bucket, bucket + 1].some((near) => (this.unpacked.get(near) ?? 0) >= MANY_BIRTHS);
  }

  /** Births an hour, for the chart. Keys are Unix hours. */
  hourly(): ReadonlyMap<number, number> {
    const hours = new Map<number, number>();
    for (const [bucket, births] of this.births) {
      const hour = Math.floor((bucket * BUCKET_SECONDS) / 3600);
      hours.set(hour, (hours.get(hour) ?? 0) + births);
    }
    return hours;
  }
}
