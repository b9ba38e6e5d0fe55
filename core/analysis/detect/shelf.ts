import { alteredProgram } from './altered-program';
import { credentialsTouched } from './credentials-touched';
import { deletedFile } from './deleted-file';
import { deletedWhileOpen } from './deleted-while-open';
import { dnsChannel } from './dns-channel';
import { droppedProgram } from './dropped-program';
import { fileContent } from './file-content';
import type { Detector } from './finding';
import { findingMatch } from './finding-match';
import { findingMention } from './finding-mention';
import { hiddenModule } from './hidden-module';
import { historyHidden } from './history-hidden';
import { hookedSyscall } from './hooked-syscall';
import { injectedMemory } from './injected-memory';
import { kernelHook } from './kernel-hook';
import { kernelThreadLookalike } from './kernel-thread-lookalike';
import { knownToolRunning } from './known-tool';
import { logTampering } from './log-tampering';
import { openOddFile } from './open-odd-file';
import { persistenceChange } from './persistence-change';
import { preload } from './preload';
import { processDeletedProgram } from './process-deleted-program';
import { processNotListed } from './process-not-listed';
import { processOddPlace } from './process-odd-place';
import { programChanged } from './program-changed';
import { reverseShell } from './reverse-shell';
import { setuidFile } from './setuid-file';
import { sharedCredentials } from './shared-credentials';
import { survivingText } from './surviving-text';
import { suspectConnection } from './suspect-connection';
import { tellingCommand } from './telling-command';
import { timerStart } from './timer-start';
import { timestomp } from './timestomp';
import { toolingInTmp } from './tooling-in-tmp';
import { typedCommands } from './typed-commands';
import { unexpectedListener } from './unexpected-listener';
import { webShell } from './web-shell';
import { yaraMatch } from './yara-match';

/** Every detector, by name: what is not here does not run. */
export const DETECTORS: readonly Detector[] = [
  findingMatch,
  findingMention,
  knownToolRunning,
  reverseShell,
  tellingCommand,
  processDeletedProgram,
  processOddPlace,
  kernelThreadLookalike,
  processNotListed,
  suspectConnection,
  dnsChannel,
  unexpectedListener,
  injectedMemory,
  hiddenModule,
  hookedSyscall,
  kernelHook,
  sharedCredentials,
  preload,
  persistenceChange,
  timerStart,
  setuidFile,
  webShell,
  fileContent,
  yaraMatch,
  toolingInTmp,
  droppedProgram,
  openOddFile,
  typedCommands,
  timestomp,
  programChanged,
  alteredProgram,
  credentialsTouched,
  deletedWhileOpen,
  deletedFile,
  logTampering,
  historyHidden,
  survivingText,
];
