import { goneWithout } from '../../../core/evidence/gone-without';
import type { Incident } from '../../../core/incident/incident';
import { Story } from '../../support/books';

const ALL = ['memory image', 'volatile state', 'disk snapshots', 'console output, screenshot and user data'];
const whats = (incident: Incident) => goneWithout(incident).map(({ what }) => what);
const reasons = (incident: Incident) => [...new Set(goneWithout(incident).map(({ reason }) => reason))];

async function started(): Promise<Incident> {
  return new Story().opened();
}

describe('what a manifest says it has not, because people decided so', () => {
  it('is every kind of evidence after an abort, with the reason of whoever aborted', async () => {
    const incident = { ...(await started()), abort: { at: '2026-03-01T12:00:00.000Z', reason: 'wrong host' } };
    expect(whats(incident)).toEqual(ALL);
    expect(reasons(incident)).toEqual(['the run was aborted: wrong host']);
  });

  it.each([
    ['contain', 'containment was rejected by alice: hands off'],
    ['collect', 'collection was rejected by alice: hands off'],
  ] as const)('names who said no at the gate %s', async (name, reason) => {
    const incident = await started();
    const gate = { name, state: 'rejected', decidedBy: ['alice'], reason: 'hands off' } as never;
    expect(reasons({ ...incident, gates: { [name]: gate } })).toEqual([reason]);
  });

  it('is nothing that is there, and nothing that a step told itself', async () => {
    const incident = await started();
    const kept = (path: string) => ({ path }) as never;
    const partly: Incident = {
      ...incident,
      memory: { bytes: 1, hostClaim: '', tool: 'avml' },
      artefacts: [kept('derived/console/console-output.txt')],
      missing: [
        { what: 'Capture volatile state', reason: 'skipped by alice' },
        { what: 'disk snapshots', reason: 'the instance has no EBS volume' },
      ],
    };
    expect(whats(partly)).toEqual([]);
  });

  it('is the copies where snapshots were taken and not copied', async () => {
    const volumes = [{ volume: 'vol-1', snapshot: 'snap-1', device: '/dev/xvda', gib: 8 }] as never;
    expect(whats({ ...(await started()), volumes })).toContain('disk copies under the evidence key');
  });

  it('is nothing for an incident in which nobody responded', async () => {
    expect(goneWithout({ ...(await started()), runs: [] })).toEqual([]);
  });
});
