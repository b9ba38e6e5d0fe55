import * as z from 'zod';

/**
 * What our collection document records on the running machine, before memory is taken, as one JSON object.
 * Every list may be missing, every unknown field is kept out of the way; times are ISO 8601 UTC.
 */
const process = z.looseObject({
  pid: z.int(),
  ppid: z.int().default(0),
  uid: z.int().optional(),
  user: z.string().optional(),
  comm: z.string().default(''),
  cmdline: z.union([z.string(), z.array(z.string())]).optional(),
  exe: z.string().nullish(),
  /** `/proc/PID/exe` ends in " (deleted)". */
  deleted: z.boolean().optional(),
  cwd: z.string().nullish(),
  startedAt: z.string().nullish(),
});

const socket = z.looseObject({
  protocol: z.string(),
  state: z.string().default(''),
  localAddress: z.string(),
  localPort: z.int().nullish(),
  remoteAddress: z.string().nullish(),
  remotePort: z.int().nullish(),
  pid: z.int().nullish(),
  process: z.string().nullish(),
  fd: z.int().nullish(),
});

const user = z.looseObject({
  name: z.string(),
  uid: z.int(),
  shell: z.string().optional(),
  home: z.string().optional(),
});
const session = z.looseObject({
  user: z.string(),
  terminal: z.string().optional(),
  from: z.string().nullish(),
  since: z.string().nullish(),
});
const module_ = z.looseObject({ name: z.string(), size: z.number().optional() });
const mount = z.looseObject({ device: z.string(), mountPoint: z.string(), type: z.string().optional() });
const cronLine = z.looseObject({ file: z.string(), line: z.string() });
const listedFile = z.looseObject({
  path: z.string(),
  mode: z.string().optional(),
  uid: z.int().optional(),
  size: z.number().optional(),
  changedAt: z.string().nullish(),
  inode: z.int().optional(),
});

/** Row schemas by the list they stand in. */
export const VOLATILE_LISTS = {
  processes: process,
  sockets: socket,
  users: user,
  sessions: session,
  modules: module_,
  mounts: mount,
  cron: cronLine,
  tmp: listedFile,
} as const;

export type VolatileList = keyof typeof VOLATILE_LISTS;
export type VolatileRow<L extends VolatileList> = z.infer<(typeof VOLATILE_LISTS)[L]>;

/** The file as a whole, for the program that writes it. */
export const VolatileState = z.looseObject({
  version: z.literal(1),
  collectedAt: z.iso.datetime(),
  hostname: z.string().optional(),
  kernel: z.string().optional(),
  bootedAt: z.string().optional(),
  processes: z.array(process).optional(),
  sockets: z.array(socket).optional(),
  users: z.array(user).optional(),
  sessions: z.array(session).optional(),
  modules: z.array(module_).optional(),
  mounts: z.array(mount).optional(),
  cron: z.array(cronLine).optional(),
  tmp: z.array(listedFile).optional(),
});
export type VolatileState = z.infer<typeof VolatileState>;
