import type { Provision } from '../../assembly/deployment';
import { base32Hash, uuidHash } from '../../time/seeded';
import { dictOf, textOf } from '../platform';
import { type AccessCheck, AwsFault, type ServiceDouble } from '../service';

export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly logicalId: string;
  readonly kmsKeyArn: string | undefined;
  value: string | undefined;
}

/** Secrets of the templates; their values are put in by the lab, as an operator would. */
export class Secrets {
  readonly #byArn = new Map<string, Secret>();

  all(): readonly Secret[] {
    return [...this.#byArn.values()];
  }

  /** Sets the value of the secret whose logical id begins so. @throws Error when the assembly has no such secret */
  put(logicalId: string, value: string): void {
    const secret = this.all().find((one) => one.logicalId.startsWith(logicalId));
    if (secret === undefined) throw new Error(`The assembly has no secret ${logicalId}.`);
    secret.value = value;
  }

  find(reference: string): Secret {
    const secret = this.#byArn.get(reference) ?? this.all().find(({ name }) => name === reference);
    if (secret === undefined) {
      throw new AwsFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return secret;
  }

  provisions(): Readonly<Record<string, Provision>> {
    return {
      'AWS::SecretsManager::Secret': ({ properties, partition, region, account, logicalId, stack, name: named }) => {
        const name = textOf(properties.Name) || named(500);
        const arn = `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}-${base32Hash(6, 'secret', stack, logicalId)}`;
        const value = textOf(properties.SecretString) || undefined;
        const kmsKeyArn = textOf(properties.KmsKeyId) || undefined;
        this.#byArn.set(arn, { arn, name, logicalId, kmsKeyArn, value });
        return { ref: arn, attributes: { Id: arn } };
      },
    };
  }
}

/** Reading a secret, and its key where that is one of ours. */
function readChecks({ arn, kmsKeyArn }: Secret, region: string): readonly AccessCheck[] {
  const read = { action: 'secretsmanager:GetSecretValue', resource: arn, context: { 'secretsmanager:SecretId': arn } };
  if (kmsKeyArn === undefined) return [read];
  const context = {
    'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
    'kms:EncryptionContext:SecretARN': arn,
  };
  return [read, { action: 'kms:Decrypt', resource: kmsKeyArn, context }];
}

/** GetSecretValue: all that the product asks of Secrets Manager. */
export function secretsDouble(secrets: Secrets): ServiceDouble {
  const secretOf = (input: unknown): Secret => secrets.find(textOf(dictOf(input).SecretId));
  return {
    name: 'secretsmanager',
    protocol: 'json-1.1',
    operations: {
      GetSecretValue: {
        members: ['SecretId', 'VersionId', 'VersionStage'],
        latencyMs: 10,
        authorize: (input, call) => readChecks(secretOf(input), call.region),
        run: (input) => {
          const { arn, name, value } = secretOf(input);
          const missing = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
          if (value === undefined) throw new AwsFault('ResourceNotFoundException', missing);
          const VersionId = uuidHash('secret version', arn);
          return { ARN: arn, Name: name, SecretString: value, VersionId, VersionStages: ['AWSCURRENT'] };
        },
      },
    },
  };
}
