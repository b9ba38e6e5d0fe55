import { callService, type JsonService } from './json-service';

/** The one call our adapter makes of `@aws-sdk/client-secrets-manager`, under its names. */
const SECRETS_MANAGER: JsonService = {
  service: 'secretsmanager',
  target: 'secretsmanager',
  contentType: 'application/x-amz-json-1.1',
};

export class GetSecretValueCommand {
  constructor(readonly input: { readonly SecretId: string }) {}
}

export class SecretsManagerClient {
  send(command: GetSecretValueCommand): Promise<{ readonly SecretString?: string }> {
    return callService(SECRETS_MANAGER, 'GetSecretValue', command.input);
  }
}
