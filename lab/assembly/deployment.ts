import { base32Hash } from '../time/seeded';
import { type Assembly, AssemblyError, type Stack, type TemplateResource } from './assembly';
import { condition, partitionOf, type ResolveScope, resolve } from './intrinsics';

/** A resource about to be made, its properties resolved. */
export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** Names of the constructs from the stack down, without CDK's last `Resource`: what people call it. */
  readonly path: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
  /** The properties as the template has them, intrinsics unresolved: digests are taken over these. */
  readonly template: Readonly<Record<string, unknown>>;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** A name as CloudFormation would make one, clamped to the type's limit; the same in every run. */
  name(maximum: number): string;
}

/** What a made resource answers to `Ref` and `Fn::GetAtt`. */
export interface Made {
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A resource after the deployment. */
export interface Deployed extends Made {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
}

/** Makes resources of one type. */
export type Provision = (resource: Resource) => Made;

export interface DeploymentOptions {
  readonly account: string;
  readonly region: string;
  /** By resource type. A type that is neither here nor in `inert` fails the deployment by name. */
  readonly provisions: Readonly<Record<string, Provision>>;
  /** Types that change nothing the lab models. */
  readonly inert: ReadonlySet<string>;
  readonly ssmParameter?: (name: string) => string | undefined;
  /** What was deployed before: resources whose properties resolve to the same are left alone. */
  readonly before?: Deployment;
  /** Types of which a resource may be changed in place by providing it again. Any other change fails by name. */
  readonly updatable?: ReadonlySet<string>;
  /** Types of which a resource may vanish from its template. */
  readonly removable?: ReadonlySet<string>;
}

/** What a deployment remembers of a resource: the next one compares. */
interface Kept {
  readonly type: string;
  readonly properties: string;
  readonly made: Made;
}

/** Puts the stacks of an assembly into the doubles, each resource after those it refers to. */
export class Deployment {
  readonly #made = new Map<string, Made>();
  readonly #inProgress = new Set<string>();
  readonly #scopes = new Map<string, ResolveScope>();
  readonly #exports = new Map<string, unknown>();
  readonly #kept = new Map<string, Kept>();
  readonly #changed: string[] = [];

  constructor(
    private readonly assembly: Assembly,
    private readonly options: DeploymentOptions,
  ) {}

  /** Resources made, made again or removed, as `Stack/LogicalId`. */
  get changed(): readonly string[] {
    return this.#changed;
  }

  /** Makes everything. @throws AssemblyError naming the resource that cannot be made. */
  deploy(): void {
    this.#refuseRemovals();
    for (const stack of this.assembly.stacks) {
      for (const logicalId of Object.keys(stack.template.Resources)) this.#make(stack, logicalId);
      const scope = this.#scope(stack);
      for (const { Value, Export } of Object.values(stack.template.Outputs)) {
        if (Export !== undefined) this.#exports.set(String(resolve(Export.Name, scope)), resolve(Value, scope));
      }
    }
  }

  /** Outputs of a stack, resolved. */
  outputs(stackName: string): Readonly<Record<string, unknown>> {
    const stack = this.assembly.stacks.find(({ name }) => name === stackName);
    if (stack === undefined) return {};
    const outputs = Object.entries(stack.template.Outputs);
    return Object.fromEntries(outputs.map(([name, { Value }]) => [name, resolve(Value, this.#scope(stack))]));
  }

  /** Everything that was made, in order. */
  deployed(): readonly Deployed[] {
    return [...this.#made].flatMap(([key, made]) => {
      const [stackName = '', logicalId = ''] = key.split('/');
      const type = this.assembly.stacks.find(({ name }) => name === stackName)?.template.Resources[logicalId]?.Type;
      return type === undefined ? [] : [{ ...made, stack: stackName, logicalId, type }];
    });
  }

  #scope(stack: Stack): ResolveScope {
    const known = this.#scopes.get(stack.name);
    if (known !== undefined) return known;
    const scope: ResolveScope = {
      stackName: stack.name,
      account: stack.account ?? this.options.account,
      region: stack.region ?? this.options.region,
      template: stack.template,
      ref: (logicalId) => this.#make(stack, logicalId).ref,
      attribute: (logicalId, name) => this.#attribute(stack, logicalId, name),
      importValue: (name) => {
        if (this.#exports.has(name)) return this.#exports.get(name);
        throw new AssemblyError(`Stack ${stack.name} imports ${name}, which no stack before it exports.`);
      },
      // Bootstrap version parameters are read by CloudFormation rules only; 30 is above every version asked for.
      ssmParameter: (name) => this.options.ssmParameter?.(name) ?? '30',
    };
    this.#scopes.set(stack.name, scope);
    return scope;
  }

  #attribute(stack: Stack, logicalId: string, name: string): unknown {
    const { attributes = {} } = this.#make(stack, logicalId);
    if (Object.hasOwn(attributes, name)) return attributes[name];
    const type = stack.template.Resources[logicalId]?.Type;
    throw new AssemblyError(`The lab does not model the attribute ${name} of ${type} (${stack.name}/${logicalId}).`);
  }

  #make(stack: Stack, logicalId: string): Made {
    const key = `${stack.name}/${logicalId}`;
    const made = this.#made.get(key);
    if (made !== undefined) return made;
    const raw = stack.template.Resources[logicalId];
    if (raw === undefined)
      throw new AssemblyError(`Stack ${stack.name} refers to ${logicalId}, which it does not have.`);
    if (this.#inProgress.has(key)) throw new AssemblyError(`The resources of ${key} refer to each other in a circle.`);
    this.#inProgress.add(key);
    const result = this.#provide(stack, logicalId, raw);
    this.#inProgress.delete(key);
    this.#made.set(key, result);
    return result;
  }

  #provide(stack: Stack, logicalId: string, raw: TemplateResource): Made {
    const scope = this.#scope(stack);
    if (raw.Condition !== undefined && !condition(raw.Condition, scope)) return { ref: '' };
    for (const before of [raw.DependsOn ?? []].flat()) this.#make(stack, before);
    const provision = Object.hasOwn(this.options.provisions, raw.Type) ? this.options.provisions[raw.Type] : undefined;
    if (provision === undefined) {
      if (!this.options.inert.has(raw.Type)) {
        throw new AssemblyError(`The lab does not model ${raw.Type} (${stack.name}/${logicalId}).`);
      }
      const name = physicalName(stack.name, logicalId, 64);
      return { ref: name, attributes: { Arn: `arn:aws:lab:::${name}`, Id: name } };
    }
    return this.#provideChanged(provision, this.#resource(stack, logicalId, raw, scope));
  }

  /** CloudFormation's rule: a resource is touched when a resolved property of it differs. */
  #provideChanged(provision: Provision, resource: Resource): Made {
    const { type, stack, logicalId } = resource;
    const key = `${stack}/${logicalId}`;
    const { before, updatable } = this.options;
    const known = before === undefined ? undefined : before.#kept.get(key);
    const properties = JSON.stringify(resource.properties);
    const same = known !== undefined && known.type === type && known.properties === properties;
    if (known !== undefined && !same && !updatable?.has(type))
      throw new AssemblyError(`The lab does not model a change of ${type} (${key}).`);
    if (!same && before !== undefined) this.#changed.push(key);
    const made = same ? known.made : provide(provision, resource);
    this.#kept.set(key, { type, properties, made });
    return made;
  }

  #refuseRemovals(): void {
    const { before, removable } = this.options;
    if (before === undefined) return;
    for (const [key, { type }] of before.#kept) {
      const [stackName = '', logicalId = ''] = key.split('/');
      const stack = this.assembly.stacks.find(({ name }) => name === stackName);
      if (stack?.template.Resources[logicalId] !== undefined) continue;
      if (!removable?.has(type)) throw new AssemblyError(`The lab does not model the removal of ${type} (${key}).`);
      this.#changed.push(key);
    }
  }

  #resource(stack: Stack, logicalId: string, raw: TemplateResource, scope: ResolveScope): Resource {
    const resolved = resolve(raw.Properties, scope);
    return {
      stack: stack.name,
      logicalId,
      type: raw.Type,
      path: constructPath(raw, logicalId),
      properties: typeof resolved === 'object' && resolved !== null ? { ...resolved } : {},
      template: raw.Properties,
      account: scope.account,
      region: scope.region,
      partition: partitionOf(scope.region),
      name: (maximum) => physicalName(stack.name, logicalId, maximum),
    };
  }
}

function constructPath({ Metadata }: TemplateResource, logicalId: string): readonly string[] {
  const path = Metadata?.['aws:cdk:path'];
  if (typeof path !== 'string') return [logicalId];
  const parts = path.split('/').slice(1);
  return parts.at(-1) === 'Resource' || parts.at(-1) === 'Default' ? parts.slice(0, -1) : parts;
}

/** `stack-logicalId-SUFFIX`, as CloudFormation names what has no name; the suffix depends on stack and id alone. */
function physicalName(stack: string, logicalId: string, maximum: number): string {
  const suffix = base32Hash(12, stack, logicalId);
  const room = maximum - suffix.length - 2;
  // CloudFormation keeps more of the logical id than of the stack's name: it is what tells resources apart.
  const id = logicalId.slice(0, Math.max(1, room - Math.min(stack.length, Math.floor(room / 2))));
  return `${stack.slice(0, room - id.length)}-${id}-${suffix}`;
}

/** Whatever a double does not take of a resource is the assembly's fault, named with its place. */
function provide(provision: Provision, resource: Resource): Made {
  try {
    return provision(resource);
  } catch (cause) {
    if (cause instanceof AssemblyError) throw cause;
    const said = cause instanceof Error ? cause.message : String(cause);
    const sentence = /[.!?]$/.test(said) ? said : `${said}.`;
    throw new AssemblyError(`${resource.stack}/${resource.logicalId} cannot be deployed in the lab: ${sentence}`, {
      cause,
    });
  }
}
