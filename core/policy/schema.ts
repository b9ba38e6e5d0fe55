import * as z from 'zod';

const key = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'must be lower case letters, digits and dashes');
const minutes = z.number().int().min(1).max(10_080); // a week
const slackUser = z.string().regex(/^[UW][A-Z0-9]{5,20}$/, 'must be a Slack user id such as U0ALICE01');

const PERSON = z.strictObject({
  name: z.string().min(1).max(80),
  slack: z.array(slackUser).min(1),
});

const ROLE = z.strictObject({
  persons: z.array(key).default([]),
  groups: z.array(key).default([]),
  breakGlass: z.boolean().default(false),
  may: z.array(z.string().min(1)),
});

const GATE = z.strictObject({
  role: key,
  quorum: z.number().int().min(1).max(10),
  excludeRequester: z.boolean(),
  reasonRequired: z.boolean().default(false),
  typedConfirmation: z.boolean().default(false),
  expiresMinutes: minutes,
  remindMinutes: minutes,
  escalateTo: key.optional(),
  /** Asked once more outside Slack, after the persons here agreed. Only for the stop. */
  outside: z.literal('github-environment').optional(),
});

/** runbooks/policy.yaml */
export const POLICY = z.strictObject({
  version: z.literal(1),
  channel: z.string().regex(/^[CG][A-Z0-9]{5,20}$/, 'must be a Slack channel id such as C0CORDON'),
  persons: z.record(key, PERSON),
  groups: z.record(key, z.strictObject({ slackGroup: z.string().regex(/^S[A-Z0-9]{5,20}$/) })),
  roles: z.record(key, ROLE),
  everyone: z.array(z.string()),
  gates: z.strictObject({
    contain: GATE,
    nacl: GATE,
    revoke: GATE,
    collect: GATE,
    analyse: GATE,
    stop: GATE,
    failed: GATE,
  }),
  protected: z.strictObject({
    tags: z.array(z.strictObject({ key: z.string().min(1), value: z.string().optional() })),
    instances: z.array(z.string().regex(/^i-[0-9a-f]{8,17}$/, 'must be an instance id')),
  }),
  caps: z.strictObject({
    isolationsPerHour: z.number().int().min(0),
    isolationsPerGroupPerHour: z.number().int().min(0),
  }),
  signingKey: z.strictObject({
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')
      .optional(),
  }),
  playbooks: z.array(key).min(1),
});
export type Policy = z.output<typeof POLICY>;
export type PolicyGate = z.output<typeof GATE>;
