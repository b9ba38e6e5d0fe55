import type { Provision } from '../../assembly/deployment';
import { textOf } from '../platform';

/** An alarm or dashboard as the template has it, resolved: the lab shows them, it does not evaluate metrics. */
export interface Watched {
  readonly kind: 'alarm' | 'dashboard';
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Alarms and dashboards, kept as data. */
export class Alarms {
  readonly #all: Watched[] = [];

  all(): readonly Watched[] {
    return this.#all;
  }

  provisions(): Readonly<Record<string, Provision>> {
    const keep =
      (kind: Watched['kind'], nameProperty: string): Provision =>
      ({ properties, partition, region, account, name: named }) => {
        const name = textOf(properties[nameProperty]) || named(255);
        this.#all.push({ kind, name, properties });
        return { ref: name, attributes: { Arn: `arn:${partition}:cloudwatch:${region}:${account}:${kind}:${name}` } };
      };
    return {
      'AWS::CloudWatch::Alarm': keep('alarm', 'AlarmName'),
      'AWS::CloudWatch::CompositeAlarm': keep('alarm', 'AlarmName'),
      'AWS::CloudWatch::Dashboard': keep('dashboard', 'DashboardName'),
    };
  }
}
