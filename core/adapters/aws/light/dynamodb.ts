import { callService, type JsonService, ServiceError } from './json-service';

/**
 * The few calls our adapters make of `@aws-sdk/client-dynamodb`, under its names: the edge is bundled with this in its
 * place (bot/bundle-aliases.ts), since the full client costs more start time than everything else in it.
 */
const DYNAMODB: JsonService = {
  service: 'dynamodb',
  target: 'DynamoDB_20120810',
  contentType: 'application/x-amz-json-1.0',
};

abstract class Command {
  abstract readonly operation: string;
  constructor(readonly input: object) {}
}

export class GetItemCommand extends Command {
  readonly operation = 'GetItem';
}
export class PutItemCommand extends Command {
  readonly operation = 'PutItem';
}
export class UpdateItemCommand extends Command {
  readonly operation = 'UpdateItem';
}
export class DeleteItemCommand extends Command {
  readonly operation = 'DeleteItem';
}
export class QueryCommand extends Command {
  readonly operation = 'Query';
}

/** Recognised by its name, whichever of our classes carried it here. */
export class ConditionalCheckFailedException extends ServiceError {
  static override [Symbol.hasInstance](error: unknown): boolean {
    return error instanceof Error && error.name === 'ConditionalCheckFailedException';
  }
}

export class DynamoDBClient {
  send<O>(command: Command): Promise<O> {
    return callService<O>(DYNAMODB, command.operation, command.input);
  }
}
