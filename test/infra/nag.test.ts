import { ACKNOWLEDGEMENTS, checkWithNag, findings } from '../../infra/nag';
import { appWith } from './synthesized';

describe('cdk-nag (AwsSolutions and Serverless)', () => {
  const app = appWith();
  const found = findings(app);

  test('finds nothing that is not acknowledged', () => {
    const loose = found.filter(({ id }) => !ACKNOWLEDGEMENTS.some((each) => each.findings.test(id)));
    expect(loose).toEqual([]);
  });

  test('is acknowledged at most twelve times', () => {
    expect(ACKNOWLEDGEMENTS.length).toBeLessThanOrEqual(12);
  });

  test.each(ACKNOWLEDGEMENTS.map((each) => [each.reason, each] as const))(
    'still finds what this acknowledges, and for one reason only: %s',
    (_, { findings: pattern }) => {
      const ids = [...new Set(found.map(({ id }) => id).filter((id) => pattern.test(id)))];
      expect(ids).not.toEqual([]);
      for (const id of ids) expect(ACKNOWLEDGEMENTS.filter((each) => each.findings.test(id))).toHaveLength(1);
    },
  );

  test('lets the synthesis through once the known findings are acknowledged at their constructs', () => {
    checkWithNag(app);
    expect(() => app.synth()).not.toThrow();
  });
});
