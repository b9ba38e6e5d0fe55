import { dictOf, listOf } from '../platform';
import { AwsFault } from '../service';

export type Dict = Readonly<Record<string, unknown>>;

type Write = (operation: string, input: Dict) => Promise<Dict>;
type Read = (input: Dict) => Promise<Dict | undefined>;

/**
 * TransactWriteItems over single writes. The lab works on one request at a time, so nothing comes between; a failed condition
 * takes back the writes already made, in reverse, before TransactionCanceledException is thrown with a reason for each item.
 */
export async function transact(input: Dict, write: Write, read: Read): Promise<Dict> {
  const items = listOf(input.TransactItems).map((item) => Object.entries(dictOf(item))[0]);
  const undo: (() => Promise<unknown>)[] = [];
  for (const [index, entry] of items.entries()) {
    const [kind, raw] = entry ?? ['', {}];
    const request = dictOf(raw);
    const before = await read(request);
    try {
      await perform(kind, request, write);
    } catch (error) {
      for (const step of undo.reverse()) await step();
      throw cancelled(items.length, index, error);
    }
    if (kind !== 'ConditionCheck') undo.push(() => restore(request, before, write));
  }
  return {};
}

/** A condition check writes nothing: it is a conditional update that sets no attribute. */
function perform(kind: string, request: Dict, write: Write): Promise<Dict> {
  return write(kind === 'ConditionCheck' ? 'UpdateItem' : `${kind}Item`, request);
}

function restore(request: Dict, before: Dict | undefined, write: Write): Promise<Dict> {
  const { TableName } = request;
  if (before !== undefined) return write('PutItem', { TableName, Item: before });
  return write('DeleteItem', { TableName, Key: request.Key ?? request.Item });
}

function cancelled(count: number, failed: number, error: unknown): unknown {
  if (!(error instanceof AwsFault)) return error;
  const reason = {
    Code: error.code.replace(/Exception$/, '').replace(/^ConditionalCheckFailed.*/, 'ConditionalCheckFailed'),
    Message: error.message,
    ...error.detail,
  };
  const CancellationReasons = Array.from({ length: count }, (_none, index) =>
    index === failed ? reason : { Code: 'None' },
  );
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new AwsFault('TransactionCanceledException', message, 400, { CancellationReasons });
}
