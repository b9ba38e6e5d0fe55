import { appWith } from './synthesized';

test('the templates pass every rule of CDK’s own CloudFormation validation', () => {
  process.env.CDK_VALIDATION = 'true';
  expect(() => appWith().synth()).not.toThrow();
});
