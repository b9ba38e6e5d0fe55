import type { PersonKey } from '../../core/incident/ids';
import { foreign, join, type Mrkdwn } from './mrkdwn';

/** How persons are shown: by the name policy gives them, never by a mention (mentions are for those who must act). */
export type PersonNames = (person: PersonKey) => string;

export function who(names: PersonNames, person: PersonKey | undefined, otherwise = 'Cordon'): Mrkdwn {
  return foreign(person === undefined ? otherwise : names(person), 80);
}

export function everyone(names: PersonNames, persons: readonly PersonKey[]): Mrkdwn {
  return join(
    persons.map((person) => who(names, person)),
    ' and ',
  );
}
