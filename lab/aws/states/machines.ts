import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Provision } from '../../assembly/deployment';
import { parseMachine, unreachableStates } from '../asl/parse-states';
import { textOf } from '../platform';

export interface Machine {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** The definition as deployed: every reference resolved. */
  readonly definition: string;
  /** SHA-256 (hex) of the RFC 8785 JSON of `DefinitionString` as the template has it: the same wherever it is deployed. */
  readonly definitionSha256: string;
  /** States nothing leads to: AWS would not create the machine. */
  readonly unreachable: readonly string[];
}

/** A machine and the qualifier, if any, by which it was asked for. */
export interface MachineReference {
  readonly machine: Machine;
  readonly versionArn: string | undefined;
  readonly aliasArn: string | undefined;
}

/** State machines, versions and aliases of the templates. */
export class Machines {
  readonly #byArn = new Map<string, Machine>();
  /** Alias ARN → version ARN. */
  readonly #aliases = new Map<string, string>();
  readonly #versions = new Map<string, Machine>();

  all(): readonly Machine[] {
    return [...this.#byArn.values()];
  }

  /** By machine, version or alias ARN. */
  find(arn: string): MachineReference | undefined {
    const aliased = this.#aliases.get(arn);
    const versionArn = aliased ?? (this.#versions.has(arn) ? arn : undefined);
    const machine = versionArn === undefined ? this.#byArn.get(arn) : this.#versions.get(versionArn);
    return machine && { machine, versionArn, aliasArn: aliased === undefined ? undefined : arn };
  }

  /** How many versions of a machine there are; the next one's number is one more. */
  #published(machineArn: string): number {
    return [...this.#versions.values()].filter(({ arn }) => arn === machineArn).length;
  }

  provisions(): Readonly<Record<string, Provision>> {
    return {
      'AWS::StepFunctions::StateMachine': ({ properties, template, partition, region, account, name: named }) => {
        if (textOf(properties.StateMachineType, 'STANDARD') !== 'STANDARD')
          throw new Error('The lab does not model Express workflows.');
        const name = textOf(properties.StateMachineName) || named(80);
        const arn = `arn:${partition}:states:${region}:${account}:stateMachine:${name}`;
        const definition = textOf(properties.DefinitionString);
        if (definition === '') throw new Error(`The lab reads state machines from DefinitionString only (${name}).`);
        const definitionSha256 = createHash('sha256')
          .update(canonicalize(template.DefinitionString) ?? '')
          .digest('hex');
        const unreachable = unreachableStates(parseMachine(definition));
        const roleArn = textOf(properties.RoleArn);
        this.#byArn.set(arn, { name, arn, roleArn, definition, definitionSha256, unreachable });
        const attributes = { Arn: arn, Name: name, StateMachineRevisionId: definitionSha256.slice(0, 32) };
        return { ref: arn, attributes };
      },
      'AWS::StepFunctions::StateMachineVersion': ({ properties }) => {
        const machine = this.#byArn.get(textOf(properties.StateMachineArn));
        if (machine === undefined) throw new Error('A state machine version names no machine of the assembly.');
        const arn = `${machine.arn}:${this.#published(machine.arn) + 1}`;
        this.#versions.set(arn, machine);
        return { ref: arn, attributes: { Arn: arn } };
      },
      'AWS::StepFunctions::StateMachineAlias': ({ properties }) => {
        const routes: unknown = properties.RoutingConfiguration;
        const preference: unknown = properties.DeploymentPreference;
        const version = firstVersion(routes) || firstVersion([preference]);
        const arn = `${version.split(':').slice(0, 7).join(':')}:${textOf(properties.Name)}`;
        this.#aliases.set(arn, version);
        return { ref: arn, attributes: { Arn: arn } };
      },
    };
  }
}

function firstVersion(routes: unknown): string {
  const route: unknown = Array.isArray(routes) ? routes[0] : undefined;
  return typeof route === 'object' && route !== null && 'StateMachineVersionArn' in route
    ? textOf(route.StateMachineVersionArn)
    : '';
}
