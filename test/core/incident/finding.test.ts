import { parseFindingEvent } from '../../../core/incident/finding';
import { factsOf } from '../../../core/incident/finding-facts';
import { findingEvent } from '../../support/control-plane';
import { readFindingFamilies } from '../../support/finding-families';

describe('findings', () => {
  it.each(readFindingFamilies())(
    'of type $type are read, with what a responder asks first',
    ({ event, instance, facts }) => {
      const { finding } = parseFindingEvent(event);
      expect(finding.instance).toBe(instance);
      expect(factsOf(finding.detail).map(({ label, value }) => `${label}: ${value}`)).toEqual(facts);
    },
  );

  it('give no fact that is long, controls a terminal or turns text around', () => {
    const domain = `\u202Egnp.exe\u0007${'a'.repeat(5000)}`;
    const { finding } = parseFindingEvent(
      findingEvent((detail) => {
        (detail.service as { action: unknown }).action = { dnsRequestAction: { domain } };
      }),
    );
    const [fact] = factsOf(finding.detail);
    expect(fact?.value.length).toBeLessThanOrEqual(200);
    expect(fact?.value).toMatch(/^gnp\.exea+…$/);
  });

  it('give at most a dozen facts, each once', () => {
    const probes = Array.from({ length: 100 }, (_, port) => ({ localPortDetails: { port: port % 50 } }));
    const { finding } = parseFindingEvent(
      findingEvent((detail) => {
        (detail.service as { action: unknown }).action = { portProbeAction: { portProbeDetails: probes } };
      }),
    );
    const facts = factsOf(finding.detail);
    expect(facts.length).toBeLessThanOrEqual(12);
    expect(new Set(facts.map(({ value }) => value)).size).toBe(facts.length);
  });
});
