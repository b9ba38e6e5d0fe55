import fc from 'fast-check';
import { driftSentence, readDrift } from '../../../core/gitops/drift';

const DIFF = `Stack CordonEvidence
There were no differences
Stack CordonResponse
Resources
\u001b[33m[~]\u001b[39m AWS::SSM::Document Documents/CaptureMemory DocumentsCaptureMemory1A2B
 └─ [~] Content
     └─ [~] .mainSteps:
[~] AWS::Lambda::Function Intake Intake4C5D
[-] AWS::IAM::Policy Intake/Reach IntakeReach6E7F destroy

Number of stacks with differences: 1
`;

describe('what CDK prints', () => {
  test('names resources with their stacks; details under them name none', () => {
    expect(readDrift(DIFF)).toEqual([
      { stack: 'CordonResponse', type: 'AWS::SSM::Document', id: 'Documents/CaptureMemory' },
      { stack: 'CordonResponse', type: 'AWS::Lambda::Function', id: 'Intake' },
      { stack: 'CordonResponse', type: 'AWS::IAM::Policy', id: 'Intake/Reach' },
    ]);
  });

  test('names nothing where nothing differs', () => {
    expect(readDrift('Stack CordonEvidence\nThere were no differences\n')).toEqual([]);
  });

  test('is read whatever it is', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(readDrift(text))));
  });
});

describe('drift in words', () => {
  test('is silence when there is none', () => {
    expect(driftSentence([])).toBeUndefined();
  });

  test('says what kind of thing differs, and which', () => {
    expect(driftSentence(readDrift(DIFF))).toBe(
      'What runs is not what main says. runbooks (SSM documents): CordonResponse/Documents/CaptureMemory; code, with its playbooks and policy: CordonResponse/Intake; permissions: CordonResponse/Intake/Reach.',
    );
  });

  test('counts what would be too long to name', () => {
    const many = Array.from({ length: 8 }, (_, i) => ({ stack: 'S', type: 'AWS::Logs::LogGroup', id: `L${i}` }));
    expect(driftSentence(many)).toContain('S/L4 and 3 more');
  });
});
