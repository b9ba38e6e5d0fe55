import type { Summary } from './summary-schema';

/** What every output says at its top about where the evidence comes from; empty when it is of the machine itself. */
export function originNote(origin: Summary['origin']): string {
  switch (origin) {
    case 'captured':
      return '';
    case 'recorded':
      return 'This is recorded evidence of another machine, not of the instance in the finding.';
    case 'stand-in':
      return 'This is stand-in evidence made up for a rehearsal, not of any machine.';
    default:
      return origin satisfies never;
  }
}
