import { sha256 } from '../../incident/ids';
import type { KillSwitch, Nonces, Slots } from '../../ports/switches';
import { requiredText } from './dynamo-item';
import { epochSeconds, type RowKey, type StateTable } from './state-table';

const HALT: RowKey = { pk: 'SWITCH', sk: 'halt' };

export function dynamoKillSwitch(table: StateTable): KillSwitch {
  return {
    async halted() {
      const row = await table.get(HALT);
      if (row === undefined) return undefined;
      return { by: requiredText(row, 'by'), at: requiredText(row, 'at'), reason: requiredText(row, 'reason') };
    },
    halt: (by, at, reason) => table.put(HALT, { by, at: at.toISOString(), reason }),
    unhalt: () => table.remove(HALT),
  };
}

export function dynamoNonces(table: StateTable): Nonces {
  return {
    remember: (nonce, expiresAt) =>
      table.putIf(
        { pk: `NONCE#${sha256(nonce)}`, sk: '-' },
        { expires: epochSeconds(expiresAt) },
        'attribute_not_exists(pk)',
        {},
      ),
  };
}

/** A cap of n is n numbered rows: each is taken by one conditional put, so no race can take n + 1. */
export function dynamoSlots(table: StateTable): Slots {
  return {
    async take(cap, limit, holder, now, expiresAt) {
      const held = await table.query({ condition: 'pk = :pk', values: { ':pk': `SLOT#${cap}` } });
      const seconds = epochSeconds(now);
      if (held.some((row) => requiredText(row, 'holder') === holder && Number(row.expires?.N ?? 0) > seconds))
        return true;
      for (let slot = 1; slot <= limit; slot++) {
        const key = { pk: `SLOT#${cap}`, sk: String(slot) };
        const free = 'attribute_not_exists(pk) OR expires <= :now OR holder = :holder';
        const values = { holder, expires: epochSeconds(expiresAt) };
        if (await table.putIf(key, values, free, { ':now': seconds, ':holder': holder })) return true;
      }
      return false;
    },
  };
}
