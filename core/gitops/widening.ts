import { canonical, type ResourceChange, type TemplateResource } from './template-diff';

/** A change that lets somebody do, or something reach, more than before. A reviewer should see these first. */
export interface Widening {
  readonly kind: 'permissions' | 'network';
  readonly stack: string;
  readonly id: string;
  readonly says: string;
}

type Dict = Readonly<Record<string, unknown>>;

/** Where policy documents stand, by resource type. */
const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  'AWS::EC2::VPCEndpoint': ['PolicyDocument'],
  'AWS::IAM::ManagedPolicy': ['PolicyDocument'],
  'AWS::IAM::Policy': ['PolicyDocument'],
  'AWS::IAM::Role': ['AssumeRolePolicyDocument', 'Policies', 'ManagedPolicyArns', 'PermissionsBoundary'],
  'AWS::KMS::Key': ['KeyPolicy'],
  'AWS::Lambda::Permission': ['Principal', 'Action', 'SourceArn', 'SourceAccount'],
  'AWS::S3::BucketPolicy': ['PolicyDocument'],
  'AWS::SNS::TopicPolicy': ['PolicyDocument'],
  'AWS::SQS::QueuePolicy': ['PolicyDocument'],
};

/** Resources that are a way in or out, and properties that open one. */
const WAYS: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGatewayV2::Route': [],
  'AWS::EC2::InternetGateway': [],
  'AWS::EC2::NatGateway': [],
  'AWS::EC2::NetworkAclEntry': [],
  'AWS::EC2::Route': [],
  'AWS::EC2::SecurityGroup': ['SecurityGroupIngress', 'SecurityGroupEgress'],
  'AWS::EC2::SecurityGroupEgress': [],
  'AWS::EC2::SecurityGroupIngress': [],
  'AWS::EC2::TransitGatewayAttachment': [],
  'AWS::EC2::VPCEndpoint': [],
  'AWS::EC2::VPCPeeringConnection': [],
  'AWS::Route53Resolver::FirewallRuleGroup': ['FirewallRules'],
  'AWS::S3::Bucket': ['PublicAccessBlockConfiguration'],
};

/** Finds what a diff widens: new allows, lost denies, other trust, new ways in or out. Narrowing is not listed. */
export function wideningsOf(changes: readonly ResourceChange[]): readonly Widening[] {
  return changes.flatMap((change) => [...permissionsOf(change), ...networkOf(change)]);
}

function permissionsOf(change: ResourceChange): readonly Widening[] {
  const says = (text: string): Widening => ({ kind: 'permissions', stack: change.stack, id: change.id, says: text });
  const places = DOCUMENTS[change.type] ?? [];
  return places.flatMap((place) => {
    const before = change.before?.Properties?.[place];
    const after = change.after?.Properties?.[place];
    if (canonical(before) === canonical(after)) return [];
    if (place === 'PermissionsBoundary') return after === undefined && change.after ? [says('loses its boundary')] : [];
    if (place === 'ManagedPolicyArns') return newItems(before, after).map((arn) => says(`attaches ${short(arn)}`));
    const old = statementsIn(before);
    const now = statementsIn(after);
    if (old.length + now.length === 0) return change.after ? [says(`${place} is now ${short(after)}`)] : [];
    return [
      ...missing(now, old)
        .filter(isAllow)
        .map((statement) => says(`allows ${statementText(statement)}`)),
      ...(change.after ? missing(old, now).filter((each) => !isAllow(each)) : []).map((statement) =>
        says(`no longer denies ${statementText(statement)}`),
      ),
    ];
  });
}

function networkOf(change: ResourceChange): readonly Widening[] {
  const ways = WAYS[change.type];
  if (ways === undefined || change.after === undefined) return [];
  const says = (text: string): Widening => ({ kind: 'network', stack: change.stack, id: change.id, says: text });
  if (ways.length === 0) return [says(`${change.change} ${change.type}${routeText(change.after)}`)];
  return ways.flatMap((way) => {
    const before = change.before?.Properties?.[way];
    const after = change.after?.Properties?.[way];
    if (canonical(before) === canonical(after)) return [];
    if (!Array.isArray(after)) return [says(`${way} is now ${short(after)}`)];
    return newItems(before, after).map((item) => says(`${way}: ${short(item)}`));
  });
}

function routeText({ Properties }: TemplateResource): string {
  const text = Properties?.RouteKey ?? Properties?.ServiceName ?? Properties?.DestinationCidrBlock;
  return text === undefined ? '' : ` ${short(text)}`;
}

/** Statements of a document, or of the documents of a list of inline policies. */
function statementsIn(value: unknown): readonly Dict[] {
  if (Array.isArray(value)) return value.flatMap((item) => (isDict(item) ? statementsIn(item.PolicyDocument) : []));
  if (!isDict(value)) return [];
  const { Statement } = value;
  return (Array.isArray(Statement) ? Statement : [Statement]).filter(isDict);
}

function missing(from: readonly Dict[], other: readonly Dict[]): readonly Dict[] {
  const known = new Set(other.map(canonical));
  return from.filter((each) => !known.has(canonical(each)));
}

function newItems(before: unknown, after: unknown): readonly unknown[] {
  const known = new Set((Array.isArray(before) ? before : []).map(canonical));
  return (Array.isArray(after) ? after : []).filter((item) => !known.has(canonical(item)));
}

const isAllow = (statement: Dict): boolean => statement.Effect === 'Allow';

function statementText(statement: Dict): string {
  const what = statement.Action ?? `everything but ${short(statement.NotAction)}`;
  const where = statement.Resource === undefined ? '' : ` on ${short(statement.Resource)}`;
  const who = statement.Principal === undefined ? '' : ` to ${short(statement.Principal)}`;
  const when = statement.Condition === undefined ? '' : ` when ${short(statement.Condition)}`;
  return `${short(what)}${where}${who}${when}`;
}

function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One line of a value: intrinsics by what they name, at most 160 characters. */
function short(value: unknown): string {
  const text = plain(value);
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(', ');
  if (!isDict(value)) return String(value ?? 'absent');
  if (typeof value.Ref === 'string') return value.Ref.replace(/^AWS::/, '');
  const attribute = value['Fn::GetAtt'];
  if (Array.isArray(attribute)) return attribute.join('.');
  const join = value['Fn::Join'];
  if (Array.isArray(join)) return (Array.isArray(join[1]) ? join[1] : []).map(plain).join('');
  if (typeof value['Fn::ImportValue'] === 'string') return value['Fn::ImportValue'];
  return canonical(value);
}
