/** The gates policy.yaml has rules for; every `failed:STEP` is answered by the rule `failed`. */
export const GATE_RULE_NAMES = ['contain', 'nacl', 'revoke', 'collect', 'analyse', 'stop', 'failed'] as const;
export type GateRuleName = (typeof GATE_RULE_NAMES)[number];
