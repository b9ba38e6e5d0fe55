import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Refusal } from '../errors';
import { parsePlaybook } from '../playbook/schema';
import { parsePolicy } from './check';
import type { Rulebook } from './rulebook';

/** Reads runbooks/policy.yaml and the playbooks it lists from disk, for command line and tests. */
export function loadRulebook(root: string): Rulebook {
  const policy = parsePolicy(readYaml(join(root, 'runbooks', 'policy.yaml')));
  const playbooks = policy.playbooks.map((name) =>
    parsePlaybook(readYaml(join(root, 'runbooks', 'playbooks', `${name}.yaml`)), policy),
  );
  return { policy, playbooks };
}

function readYaml(path: string): unknown {
  if (!existsSync(path)) throw new Refusal('policy.missing-file', `There is no file ${path}.`);
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new Refusal('policy.not-yaml', `${path} is not YAML: ${why}`);
  }
}
