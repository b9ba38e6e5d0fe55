import { evaluateGate } from '../gate/evaluate';
import { failedStepOf } from '../incident/decide-gates';
import { type Incident, mustEnd } from '../incident/incident';
import { isStepGate } from '../incident/steps';
import type { Wait } from '../ports/waits';
import { ABORTED, type Settlement } from './answer';

/**
 * What the ledger has to say to a parked task by now; undefined when it goes on waiting. Level-triggered: it looks at
 * where the incident stands and not at which event came, so it may be asked at any time, by anybody, again.
 */
export function settlementOf(incident: Incident, wait: Wait): Settlement | undefined {
  if (mustEnd(incident, wait.run)) return ABORTED;
  switch (wait.kind) {
    case 'gate':
      return gateSettlement(incident, wait);
    case 'failure':
      return failureSettlement(incident, wait);
    case 'report':
      return reportSettlement(incident, wait);
    case 'symbols':
      return symbolsSettlement(incident, wait);
    default:
      return undefined;
  }
}

/** The answer to this very request: an earlier run's report settles nothing. */
function reportSettlement({ report }: Incident, wait: Wait): Settlement | undefined {
  if (report === undefined || report.state === 'requested') return undefined;
  return Object.hasOwn(wait.external, report.request) ? { answer: 'done' } : undefined;
}

/** Symbols of this very request are there, or nobody waits for them any more. */
function symbolsSettlement({ symbols }: Incident, wait: Wait): Settlement | undefined {
  if (symbols === undefined || symbols.state === 'asked') return undefined;
  return Object.hasOwn(wait.external, symbols.request) ? { answer: 'done' } : undefined;
}

/** A held gate is told to look again whenever it would not be held any more; what it finds, it decides itself. */
function gateSettlement(incident: Incident, wait: Wait): Settlement | undefined {
  if (wait.gate === undefined || !isStepGate(wait.gate)) return undefined;
  const asked = incident.gates[wait.gate];
  // What was turned into a question stays one: the caps, and not the playbook, may have asked it.
  const state = evaluateGate(incident, wait.gate, wait.run, asked?.run === wait.run ? asked.rule : undefined);
  return state.verdict === 'hold' && state.first === undefined ? undefined : { answer: 'look-again' };
}

function failureSettlement(incident: Incident, wait: Wait): Settlement | undefined {
  if (wait.gate === undefined || failedStepOf(wait.gate) === undefined) return undefined;
  const gate = incident.gates[wait.gate];
  if (gate === undefined || gate.state === 'pending' || gate.run !== wait.run) return undefined;
  if (gate.state === 'expired') return { answer: 'skip' };
  switch (gate.decision) {
    case 'retry':
    case 'skip':
      return { answer: gate.decision };
    case 'abort':
      return ABORTED;
    default:
      return undefined;
  }
}
