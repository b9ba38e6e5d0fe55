import { findDrift, qualifierIn, type RunCdk } from '../../bin/gitops-drift';

const RUNBOOK = 'Stack CordonResponse\n[~] AWS::SSM::Document Documents/AnalyseDisk DocumentsAnalyseDisk1\n';

/** A CDK that answers each question in its way, and what was printed. */
function cdk(answers: Partial<Record<'diff' | 'drift', ReturnType<RunCdk>>>): { run: RunCdk; asked: string[][] } {
  const asked: string[][] = [];
  const run: RunCdk = (args) => {
    asked.push([...args]);
    return answers[args[0] === 'diff' ? 'diff' : 'drift'] ?? { exit: 0, output: 'There were no differences\n' };
  };
  return { run, asked };
}
const silent = () => undefined;

describe('the qualifier of the bootstrap', () => {
  test('is that of cdk.json, or CDK’s own', () => {
    expect(qualifierIn('{"context":{"bootstrapQualifier":"acme"}}')).toBe('acme');
    expect(qualifierIn('{"app":"x"}')).toBe('hnb659fds');
  });
});

describe('the daily look for drift', () => {
  test('asks for templates against main and resources against templates', () => {
    const { run, asked } = cdk({});
    expect(findDrift(run, silent)).toBeUndefined();
    expect(asked).toEqual([
      ['diff', '--all', '--fail'],
      ['drift', '--fail'],
    ]);
  });

  test('names a runbook that somebody changed by hand, once, even when both questions find it', () => {
    const changed = { exit: 1, output: RUNBOOK };
    expect(findDrift(cdk({ diff: changed, drift: changed }).run, silent)).toBe(
      'What runs is not what main says. runbooks (SSM documents): CordonResponse/Documents/AnalyseDisk.',
    );
  });

  test('prints everything CDK said', () => {
    const printed: string[] = [];
    findDrift(cdk({ diff: { exit: 1, output: RUNBOOK } }).run, (text) => void printed.push(text));
    expect(printed.join('')).toContain('AnalyseDisk');
  });

  test('is an error, not silence, when CDK could not say', () => {
    const { run } = cdk({ diff: { exit: 1, output: 'Need to perform AWS calls, but no credentials are configured' } });
    expect(() => findDrift(run, silent)).toThrow('cdk diff could not say');
  });
});
