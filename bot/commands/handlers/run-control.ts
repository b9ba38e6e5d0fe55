import type { CloseAs } from '../../../core/incident/events';
import { code, md } from '../../views/mrkdwn';
import type { Ask } from '../ask';
import { changeHandler, reasonOf } from './change';

export const pause = changeHandler({
  command: (ask) => ({ type: 'Pause', ...reasonOf(ask) }),
  done: (incident) =>
    md`Paused ${code(incident.id)}: the running step finishes, the next gate holds, deadlines stand still.`,
});

export const resume = changeHandler({
  command: (ask) => ({ type: 'Resume', ...reasonOf(ask) }),
  done: (incident) => md`Resumed ${code(incident.id)}.`,
});

export const abort = changeHandler({
  command: (ask) => ({ type: 'Abort', ...reasonOf(ask) }),
  done: (incident) => md`Aborting ${code(incident.id)}: clean-up follows, evidence and isolation stay.`,
});

export const release = changeHandler({
  command: (ask) => ({ type: 'Release', ...reasonOf(ask) }),
  done: (incident) => md`Releasing ${code(incident.id)}: the thread will list what was restored and what differs.`,
  startsSomething: true,
});

function closeAs(ask: Ask): CloseAs {
  const as = ask.command.as;
  return as === 'false-positive' || as === 'duplicate' ? as : 'resolved';
}

export const close = changeHandler({
  command: (ask) => ({ type: 'Close', as: closeAs(ask), ...reasonOf(ask) }),
  done: (incident) => md`Closing ${code(incident.id)}; its record is sealed first.`,
});
