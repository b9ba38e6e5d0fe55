import { Refusal, unreachable } from '../errors';
import type { Command } from './commands';
import { decideGroup, decideLead } from './decide-campaign';
import { decideAddFinding, decideOpen, decidePost } from './decide-findings';
import { decideExpireGate, decideFailStep, decideOpenGate, decideRemindGate } from './decide-gates';
import { decideAskLinks } from './decide-links';
import { decideOutside } from './decide-outside';
import { decideRecord } from './decide-record';
import {
  decideAbort,
  decideClose,
  decideEndRun,
  decidePause,
  decideRelease,
  decideRequestRun,
  decideResume,
  decideStartRun,
} from './decide-run';
import { decideVote } from './decide-vote';
import { type DecisionContext, requireOpen, requireWorked } from './decision-context';
import type { IncidentEvent } from './events';
import type { Incident } from './incident';

/**
 * What a command does to an incident: the events to commit, or none when it is so already. Pure.
 * Throws Refusal, whose message says why and that nothing was changed.
 */
export function decide(
  incident: Incident | undefined,
  command: Command,
  context: DecisionContext,
): readonly IncidentEvent[] {
  switch (command.type) {
    case 'Open':
      return decideOpen(incident, command);
    case 'Post':
      return decidePost(incident, command);
    case 'AddFinding':
      return decideAddFinding(incident, command, context);
    case 'RequestRun':
      return decideRequestRun(incident, command, context);
    case 'StartRun':
      return decideStartRun(incident, command);
    case 'EndRun':
      return decideEndRun(incident, command);
    case 'Record':
      return decideRecord(incident, command.events, context);
    case 'FailStep':
      return decideFailStep(incident, command, context);
    case 'OpenGate':
      return decideOpenGate(incident, command, context);
    case 'Vote':
      return decideVote(incident, command, context);
    case 'DecideOutside':
      return decideOutside(incident, command, context);
    case 'ExpireGate':
      return decideExpireGate(incident, command, context);
    case 'RemindGate':
      return decideRemindGate(incident, command, context);
    case 'Pause':
      return decidePause(incident, command, context);
    case 'Resume':
      return decideResume(incident, command, context);
    case 'Abort':
      return decideAbort(incident, command, context);
    case 'Release':
      return decideRelease(incident, command, context);
    case 'Close':
      return decideClose(incident, command, context);
    case 'SetOwner':
      return requireOpen(incident, context).owner === command.owner ? [] : [{ type: 'OwnerSet', owner: command.owner }];
    case 'AddNote':
      requireOpen(incident, context);
      if (command.text.trim() === '')
        throw new Refusal(
          'note.empty',
          'The note has no text; nothing was changed.',
          'Say it in quotes: `/ir note "what you saw"`.',
        );
      return [{ type: 'NoteAdded', text: command.text }];
    case 'AskChange': {
      requireOpen(incident, context);
      const { type: _type, ...asked } = command;
      return [{ type: 'ChangeAsked', ...asked }];
    }
    case 'AskExport':
      requireWorked(incident, context);
      return [{ type: 'ExportAsked', what: command.what }];
    case 'Group':
      return decideGroup(requireOpen(incident, context), command);
    case 'Lead':
      return decideLead(requireOpen(incident, context), command);
    case 'AskLinks':
      return decideAskLinks(requireWorked(incident, context), command.match);
    default:
      return unreachable(command);
  }
}
