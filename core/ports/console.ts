import type { InstanceKey } from '../incident/ids';

/** What EC2 itself can show of an instance without touching it. */
export interface ConsoleReader {
  /** reads: serial console text; undefined when EC2 has none. */
  output(key: InstanceKey): Promise<Uint8Array | undefined>;
  /** reads: JPEG of the screen; undefined when the type has none or it is off. */
  screenshot(key: InstanceKey): Promise<Uint8Array | undefined>;
  /** reads: decoded user data; undefined when there is none. */
  userData(key: InstanceKey): Promise<Uint8Array | undefined>;
}
