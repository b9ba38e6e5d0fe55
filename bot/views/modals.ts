import type { InputBlock, ModalView } from '@slack/types';
import type { Decision } from '../../core/incident/events';
import type { GateView, Incident } from '../../core/incident/incident';
import { clampText } from '../../core/text';
import { CALLBACK, gateRefValue } from '../action-ids';
import { type Block, context, plain, section } from './blocks';
import { whereabouts } from './card-facts';
import { confirmText } from './gate-ask';
import { code, foreign, join, type Mrkdwn, md } from './mrkdwn';
import type { PersonNames } from './people';
import { type Rendered, viewBlocks } from './render';
import { restoreLines } from './restore-lines';
import { decisionWord, gateQuestion } from './words';

/** Slack's limit for titles and buttons of modals is 24 characters. */
const TITLE = 24;

export interface ModalSpec {
  readonly callback: string;
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly submit?: string;
  /** Opaque ids only; whatever matters is looked up again. */
  readonly meta?: string;
}

export function modal(spec: ModalSpec): ModalView {
  return {
    type: 'modal',
    callback_id: spec.callback,
    title: plain(spec.title, TITLE),
    close: plain(spec.submit ? 'Back' : 'Close', TITLE),
    ...(spec.submit ? { submit: plain(spec.submit, TITLE) } : {}),
    ...(spec.meta ? { private_metadata: clampText(spec.meta, 3000) } : {}),
    blocks: viewBlocks(spec.blocks),
  };
}

interface InputSpec {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly optional?: boolean;
  readonly max: number;
  readonly min?: number;
  readonly multiline?: boolean;
  readonly placeholder?: string;
}

/** A text input: block and action share the id, so that values are found without a map. */
export function input(spec: InputSpec): InputBlock {
  return {
    type: 'input',
    block_id: spec.id,
    label: plain(spec.label, 200),
    ...(spec.hint ? { hint: plain(spec.hint, 300) } : {}),
    optional: spec.optional ?? false,
    element: {
      type: 'plain_text_input',
      action_id: spec.id,
      multiline: spec.multiline ?? false,
      max_length: spec.max,
      ...(spec.min ? { min_length: spec.min } : {}),
      ...(spec.placeholder ? { placeholder: plain(spec.placeholder, 150) } : {}),
    },
  };
}

/** Shown at once, since a trigger lives three seconds; filled as soon as the ledger was read. */
export function skeletonModal(): ModalView {
  return modal({ callback: 'loading', title: 'Cordon', blocks: [section(md`Reading the ledger…`)] });
}

/** A message in a modal: refusals and short answers to clicks. */
export function noticeModal(said: Rendered): ModalView {
  return modal({ callback: 'notice', title: 'Cordon', blocks: said.blocks });
}

const reasonInput = (optional: boolean): InputBlock =>
  input({
    id: 'reason',
    label: 'Why',
    hint: 'Kept in the ledger and shown in the thread.',
    optional,
    max: 500,
    multiline: true,
  });

/** Asks what a decision needs: a reason, and for the stop the instance id's last four, typed. */
export function voteModal(incident: Incident, gate: GateView, decision: Decision, names: PersonNames): ModalView {
  const given = gate.votes.filter((vote) => vote.decision === 'approve').map((vote) => foreign(names(vote.person), 60));
  const approve = decision === 'approve';
  const plan = gate.plan.lines.slice(0, 20).map((line) => md`• ${foreign(line, 400)}`);
  const blocks: Block[] = [
    section(md`*${gateQuestion(gate.name)}*\n${confirmText(incident)}`),
    ...(plan.length > 0 ? [section(join(plan))] : []),
    ...(given.length > 0 ? [context(md`Approved so far by ${join(given, ' and ')}.`)] : []),
    reasonInput(!(approve && gate.rule.reasonRequired)),
  ];
  if (approve && gate.rule.typedConfirmation) {
    const hint = 'Typed, not pasted: it guards against answering for the wrong machine.';
    blocks.push(input({ id: 'confirm', label: 'Last four characters of the instance id', hint, min: 4, max: 19 }));
  }
  return modal({
    callback: CALLBACK.vote,
    title: approve ? 'Approve' : 'Reject',
    submit: approve ? 'Approve' : 'Reject',
    meta: `${decision}|${gateRefValue({ incident: incident.id, gate: gate.name, opening: gate.opening, planDigest: gate.plan.digest })}`,
    blocks,
  });
}

/** Shows the exact state a release restores before anybody asks for it. */
export function releaseModal(incident: Incident): ModalView {
  return modal({
    callback: CALLBACK.release,
    title: 'Release the instance',
    submit: 'Release',
    meta: incident.id,
    blocks: [
      section(md`*Release* ${whereabouts(incident)}\nThe state recorded before anything was changed comes back:`),
      section(restoreLines(incident)),
      reasonInput(true),
    ],
  });
}

/** Start a response: which instance, by which playbook, why. */
export function startModal(playbook: string, prefilled?: string): ModalView {
  const which = input({
    id: 'instance',
    label: 'Instance',
    hint: 'i-…, an ARN or an EC2 console address.',
    max: 500,
    placeholder: 'i-0123456789abcdef0',
  });
  const element =
    prefilled && which.element.type === 'plain_text_input'
      ? { ...which.element, initial_value: prefilled }
      : which.element;
  return modal({
    callback: CALLBACK.start,
    title: 'Start a response',
    submit: 'Start',
    blocks: [
      section(md`Playbook ${code(playbook)} runs: record, contain, collect, analyse, seal, report.`),
      { ...which, element },
      reasonInput(true),
    ],
  });
}

/** Attach a message to an incident as a note. */
export function attachModal(text: string, likely: string | undefined): ModalView {
  const which = input({ id: 'incident', label: 'Incident', max: 20, placeholder: 'IR-ABCDEFGH' });
  const element =
    likely && which.element.type === 'plain_text_input' ? { ...which.element, initial_value: likely } : which.element;
  return modal({
    callback: CALLBACK.attach,
    title: 'Attach to incident',
    submit: 'Attach',
    meta: clampText(text, 2500),
    blocks: [
      section(md`This message becomes a note in the incident’s ledger:\n${foreign(text, 1500)}`),
      { ...which, element },
    ],
  });
}

/** The answer inside a modal that was submitted: what was done, in place of the question. */
export function doneModal(said: Mrkdwn, decision?: Decision): ModalView {
  const title = decision ? decisionWord(decision) : 'Done';
  return modal({ callback: 'notice', title, blocks: [section(said)] });
}
