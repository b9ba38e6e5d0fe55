import * as z from 'zod';
import { Refusal } from '../errors';
import type { GateRule, PlaybookPin } from '../incident/events';
import { sha256 } from '../incident/ids';
import { canonicalJson } from '../incident/ledger-row';
import { GATE_RULE_NAMES, type GateRuleName } from '../policy/gate-rule-names';
import type { Policy } from '../policy/schema';

/** All keys of one condition must hold; a playbook matches when any of its conditions does. */
const CONDITION = z.strictObject({
  /** Globs over the finding type: `*` is any text. */
  types: z.array(z.string().min(1)).optional(),
  severityFrom: z.number().optional(),
  severityBelow: z.number().optional(),
  sample: z.boolean().optional(),
  archived: z.boolean().optional(),
  /** A drill by `/ir drill` on an instance tagged for it. */
  drill: z.boolean().optional(),
});
export type Condition = z.output<typeof CONDITION>;

const GATE_CHOICE = z.strictObject({
  mode: z.enum(['auto', 'ask']),
  quorum: z.number().int().min(1).max(10).optional(),
  expiresMinutes: z.number().int().min(1).max(10_080).optional(),
  remindMinutes: z.number().int().min(1).max(10_080).optional(),
});

const GATE_CHOICES = z.strictObject({
  contain: GATE_CHOICE,
  nacl: GATE_CHOICE,
  revoke: GATE_CHOICE,
  collect: GATE_CHOICE,
  analyse: GATE_CHOICE,
  stop: GATE_CHOICE,
  failed: GATE_CHOICE,
});

const COMMON = {
  name: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
  title: z.string().min(1).max(120),
  match: z.array(CONDITION).min(1),
};

const PLAYBOOK = z.discriminatedUnion('action', [
  z.strictObject({
    ...COMMON,
    action: z.literal('respond'),
    gates: GATE_CHOICES,
    memoryFirstMinutes: z.number().int().min(1).max(60),
  }),
  z.strictObject({ ...COMMON, action: z.literal('post') }),
  z.strictObject({ ...COMMON, action: z.literal('ignore') }),
]);

type PlaybookFile = z.output<typeof PLAYBOOK>;
type RespondFile = Extract<PlaybookFile, { action: 'respond' }>;

interface PlaybookBase {
  readonly name: string;
  readonly title: string;
  readonly match: readonly Condition[];
}
export interface RespondPlaybook extends PlaybookBase {
  readonly action: 'respond';
  readonly pin: PlaybookPin;
}
export type Playbook =
  | RespondPlaybook
  | (PlaybookBase & { readonly action: 'post' })
  | (PlaybookBase & { readonly action: 'ignore' });

/**
 * Parses a playbook (as data) over the gate rules of policy. Throws a Refusal with one sentence for the first thing that
 * is wrong, a gate made weaker than policy included.
 */
export function parsePlaybook(data: unknown, policy: Policy): Playbook {
  const parsed = PLAYBOOK.safeParse(data);
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    throw new Refusal(
      'playbook.malformed',
      `Playbook: ${first?.path.join('.') ?? 'the file'}: ${first?.message ?? 'is malformed'}.`,
    );
  }
  const { name, title, match } = parsed.data;
  if (parsed.data.action !== 'respond') return { name, title, match, action: parsed.data.action };
  return { name, title, match, action: 'respond', pin: pinOf(parsed.data, policy) };
}

/** The pin names what was in force by digest: over the playbook and the gate rules it rests on. */
function pinOf(file: RespondFile, policy: Policy): PlaybookPin {
  const gates: Record<string, GateRule> = {};
  for (const gate of GATE_RULE_NAMES) gates[gate] = ruleOf(file, gate, policy);
  return {
    name: file.name,
    digest: sha256(canonicalJson({ file, gates })),
    gates,
    memoryFirstMinutes: file.memoryFirstMinutes,
  };
}

function ruleOf(file: RespondFile, gate: GateRuleName, policy: Policy): GateRule {
  const choice = file.gates[gate];
  const base = policy.gates[gate];
  if ((gate === 'stop' || gate === 'failed') && choice.mode === 'auto')
    throw new Refusal(
      'playbook.auto-stop',
      `Playbook ${file.name}: gate ${gate} always asks; mode auto is not for it.`,
    );
  if (choice.quorum !== undefined && choice.quorum < base.quorum)
    throw new Refusal(
      'playbook.weaker',
      `Playbook ${file.name}: gate ${gate} asks for fewer persons than policy.yaml.`,
    );
  return {
    mode: choice.mode,
    quorum: choice.quorum ?? base.quorum,
    role: base.role,
    excludeRequester: base.excludeRequester,
    reasonRequired: base.reasonRequired,
    typedConfirmation: base.typedConfirmation,
    expiresMinutes: choice.expiresMinutes ?? base.expiresMinutes,
    remindMinutes: choice.remindMinutes ?? base.remindMinutes,
    ...(base.escalateTo === undefined ? {} : { escalateTo: base.escalateTo }),
    onTimeout: 'keep',
    ...(base.outside === undefined ? {} : { outside: base.outside }),
  };
}
