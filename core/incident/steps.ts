/**
 * The words of the workflow. Step names are the Task states of the state machine and the `##` headings of
 * runbooks/incident-response.md (a test compares all three); phases are its top-level states.
 */
export const PHASES = [
  'Record the estate',
  'Contain',
  'Collect',
  'Analyse',
  'Seal',
  'Report',
  'Stop',
  'Clean up',
  'Close',
] as const;
export type Phase = (typeof PHASES)[number];

export const STEPS = {
  'Record the estate': 'Record the estate',
  'Capture memory first': 'Contain',
  'Verify the first memory image': 'Contain',
  'Detach from service': 'Contain',
  'Protect the instance': 'Contain',
  'Isolate the instance': 'Contain',
  'Swap the instance profile': 'Contain',
  'Prove the isolation': 'Contain',
  'Cut the subnet': 'Contain',
  'Revoke the sessions': 'Contain',
  'Capture memory': 'Collect',
  'Verify the memory image': 'Collect',
  'Capture volatile state': 'Collect',
  'Keep the volatile state': 'Collect',
  'Snapshot the volumes': 'Collect',
  'Verify the snapshots': 'Collect',
  'Copy the snapshots': 'Collect',
  'Verify the copies': 'Collect',
  'Plan the block hash': 'Collect',
  'Hash the blocks': 'Collect',
  'Keep the block hash': 'Collect',
  'Collect the console': 'Collect',
  'Launch the forensic instance': 'Analyse',
  'Attach the evidence volumes': 'Analyse',
  'Analyse the disks': 'Analyse',
  'Keep the disk results': 'Analyse',
  'Analyse the memory': 'Analyse',
  'Keep the memory results': 'Analyse',
  'Ask for the symbols': 'Analyse',
  'Analyse the memory again': 'Analyse',
  'Keep the later memory results': 'Analyse',
  Seal: 'Seal',
  Report: 'Report',
  Stop: 'Stop',
  'Clean up': 'Clean up',
  Close: 'Close',
  'Release the instance': 'Close',
  'Seal the release': 'Close',
} as const satisfies Record<string, Phase>;
export type StepName = keyof typeof STEPS;

export const GATES = ['contain', 'nacl', 'revoke', 'collect', 'analyse', 'stop'] as const;
export type StepGate = (typeof GATES)[number];
/** A failed step parks behind `failed:` and its name, until someone says retry, skip or abort. */
export type GateName = StepGate | `failed:${StepName}`;

export function isStepName(text: string): text is StepName {
  return Object.hasOwn(STEPS, text);
}

export function isStepGate(text: string): text is StepGate {
  return (GATES as readonly string[]).includes(text);
}
