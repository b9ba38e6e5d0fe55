import {
  ArchiveFindingsCommand,
  GetFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  UpdateFindingsFeedbackCommand,
} from '@aws-sdk/client-guardduty';
import { guardDutyDouble } from '../../../../lab/aws/guardduty/double';
import { closeServers, estateLab } from '../estate-lab';

afterEach(closeServers);

describe('the GuardDuty double', () => {
  it('knows the finding of the event as its API writes it, and leaves out what it does not know', async () => {
    const lab = await estateLab(guardDutyDouble);
    const client = new GuardDutyClient(lab.server.config);
    const [DetectorId] = (await client.send(new ListDetectorsCommand({}))).DetectorIds ?? [];
    const FindingIds = ['f1ndf1ndf1ndf1ndf1ndf1ndf1ndf1nd', 'unknown'];
    const found = await client.send(new GetFindingsCommand({ DetectorId, FindingIds }));
    expect(found.Findings).toHaveLength(1);
    expect(found.Findings?.[0]).toMatchObject({
      Type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS',
      Severity: 8,
      Resource: { InstanceDetails: { InstanceId: lab.instance.id } },
    });
    await client.send(new ArchiveFindingsCommand({ DetectorId, FindingIds: FindingIds.slice(0, 1) }));
    await client.send(
      new UpdateFindingsFeedbackCommand({ DetectorId, FindingIds: FindingIds.slice(0, 1), Feedback: 'USEFUL' }),
    );
    const again = await client.send(new GetFindingsCommand({ DetectorId, FindingIds }));
    expect(again.Findings?.[0]?.Service?.Archived).toBe(true);
  });

  it('refuses a detector of someone else', async () => {
    const lab = await estateLab(guardDutyDouble);
    const get = new GetFindingsCommand({ DetectorId: 'other', FindingIds: ['f'] });
    await expect(new GuardDutyClient(lab.server.config).send(get)).rejects.toMatchObject({
      name: 'BadRequestException',
    });
  });
});
