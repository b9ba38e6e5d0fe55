import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type StackTemplate, templates } from './synthesized';

const FOLDER = resolve(__dirname, '../golden/templates');

/** Without what differs between machines, or is tested where it lives: paths, code digests, the text of scripts. */
function normalised(template: StackTemplate): unknown {
  const resources = Object.entries(template.Resources).map(([id, { Metadata: _, ...resource }]) => {
    const properties = { ...resource.Properties };
    if (resource.Type === 'AWS::SSM::Document') properties.Content = `(runbooks/ssm, ${properties.Name})`;
    if (resource.Type === 'AWS::EC2::LaunchTemplate')
      properties.LaunchTemplateData = { ...properties.LaunchTemplateData, UserData: '(runbooks/scripts)' };
    return [id, { ...resource, Properties: properties }];
  });
  const text = JSON.stringify({ ...template, Resources: Object.fromEntries(resources) }, null, 1);
  return JSON.parse(text.replace(/[0-9a-f]{64}\.zip/g, '(asset).zip'));
}

describe('each template is the reviewed one (UPDATE_GOLDEN=1 writes them anew; review the diff)', () => {
  const member = templates({ memberOf: '111122223333', memberExternalId: 'cordon-1f0c2a9d7b3e' });
  const demo = [...templates({ demo: true })].filter(([name]) => name === 'CordonDemo');
  test.each([...templates(), ...member, ...demo])('%s', (name, template) => {
    const file = join(FOLDER, `${name}.json`);
    const now = normalised(template);
    if (process.env.UPDATE_GOLDEN === '1') {
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(file, `${JSON.stringify(now, null, 1)}\n`);
    }
    expect(existsSync(file)).toBe(true);
    expect(now).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });
});
