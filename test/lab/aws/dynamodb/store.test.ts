import { DynamoStore } from '../../../../lab/aws/dynamodb/store';

const TABLE = {
  TableName: 'rows',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};

test('a created table can be read at once: nobody meets it while it is CREATING', async () => {
  const store = new DynamoStore();
  await store.createTable(TABLE);
  await expect(store.ask('Scan', { TableName: 'rows' })).resolves.toMatchObject({ Count: 0 });
});

test('a table that is not there is named as DynamoDB names it', async () => {
  await expect(new DynamoStore().ask('Scan', { TableName: 'none' })).rejects.toThrow('Requested resource not found');
});
