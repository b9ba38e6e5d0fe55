import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ACKNOWLEDGEMENTS, checkWithNag, findings } from '../../infra/nag';
import { appWith, EVERYTHING, MEMBER } from './synthesized';

const ROOT = resolve(__dirname, '../..');

describe('cdk-nag (AwsSolutions and Serverless)', () => {
  const app = appWith();
  const found = [app, appWith(EVERYTHING), appWith(MEMBER)].flatMap(findings);

  test('finds nothing that is not acknowledged: as deployed, with every flag on, in a member account', () => {
    const loose = found.filter(({ id }) => !ACKNOWLEDGEMENTS.some((each) => each.findings.test(id)));
    expect(loose).toEqual([]);
  });

  test('is acknowledged at most twelve times, and the README says how often', () => {
    expect(ACKNOWLEDGEMENTS.length).toBeLessThanOrEqual(12);
    const readme = readFileSync(resolve(ROOT, 'README.md'), 'utf8');
    expect(readme).toContain(`${ACKNOWLEDGEMENTS.length} acknowledgements`);
  });

  test.each(ACKNOWLEDGEMENTS.map((each) => [each.reason, each] as const))(
    'still finds what this acknowledges, for one reason only, with evidence that is there: %s',
    (_, { findings: pattern, evidence }) => {
      const ids = [...new Set(found.map(({ id }) => id).filter((id) => pattern.test(id)))];
      expect(ids).not.toEqual([]);
      for (const id of ids) expect(ACKNOWLEDGEMENTS.filter((each) => each.findings.test(id))).toHaveLength(1);
      expect(existsSync(resolve(ROOT, evidence))).toBe(true);
    },
  );

  test('lets the synthesis through once the known findings are acknowledged at their constructs', () => {
    checkWithNag(app);
    expect(() => app.synth()).not.toThrow();
  });
});
