import type { Handler } from './ask';
import { doctor, halt, owner, unhalt } from './handlers/governing';
import { group } from './handlers/grouping';
import { note } from './handlers/notes';
import { drill, isolate, start } from './handlers/open';
import { protect, suppress } from './handlers/proposals';
import { deployStatus, evidence, help, list, policyExplain, show, status, timeline, whoami } from './handlers/reading';
import { abort, close, pause, release, resume } from './handlers/run-control';
import { nacl, retry, revoke, stop } from './handlers/votes';
import type { CommandPath } from './table';

/** What each command of the table does; the compiler proves that none is left out. */
export const HANDLERS: Readonly<Record<CommandPath, Handler>> = {
  isolate,
  release,
  'forensics start': start,
  'forensics status': status,
  'forensics pause': pause,
  'forensics resume': resume,
  'forensics abort': abort,
  'forensics retry': retry,
  stop,
  list,
  show,
  evidence,
  timeline,
  close,
  group,
  owner,
  note,
  revoke,
  nacl,
  'policy explain': policyExplain,
  protect,
  suppress,
  'deploy status': deployStatus,
  drill,
  halt,
  unhalt,
  doctor,
  whoami,
  help,
};
