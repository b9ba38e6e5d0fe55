import type { Desk } from '../desk/desk';
import type { SlackUser } from '../slack/workspace';
import { bare, type PlannedCommand } from './arguments';

/** A person sees the state change on the card and types: two seconds is quick. */
const TYPING_MS = 2_000;
const FORENSICS_WORDS = new Set(['start', 'status', 'pause', 'resume', 'abort', 'retry']);
/** Verbs that speak of an incident; with the others an id would be a word too many. */
const ABOUT_AN_INCIDENT =
  /^(?:\/ir\s+)?(?:forensics\s+(?!start\b)[a-z]+|policy\s+explain|release|stop|show|evidence|timeline|close|group|owner\s+\S+|note\s+\S|revoke|nacl)\b/i;

/** The persons of the lab who type `/ir …` as a state is entered, as `--at` tells them to. */
export class Commander {
  private readonly said = new Set<PlannedCommand>();

  constructor(
    private readonly commands: readonly PlannedCommand[],
    private readonly desk: Desk,
  ) {
    desk.lab.services.executions.onStateEntered(({ run, state }) => this.entered(run.name, state));
  }

  /** Commands whose state was never entered. */
  unused(): readonly PlannedCommand[] {
    return this.commands.filter((command) => !this.said.has(command));
  }

  private entered(execution: string, state: string): void {
    const incident = execution.replace(/-[0-9]+$/, '');
    for (const command of this.commands) {
      if (this.said.has(command) || bare(command.state) !== bare(state)) continue;
      this.said.add(command);
      const key = `type ${command.state} ${command.text}`;
      this.desk.lab.clock.setTimer(TYPING_MS, () => void this.type(command, incident), key);
    }
  }

  private async type(command: PlannedCommand, incident: string): Promise<void> {
    const user = this.userOf(command.person);
    if (user === undefined) return;
    await this.desk.slack.people.slashCommand(user, this.desk.channel, spelled(command.text, incident));
  }

  /** The person named, or somebody of the role that may do most. */
  private userOf(person: string | undefined): SlackUser | undefined {
    const { workspace } = this.desk.slack;
    const fallback =
      this.desk.rulebook.policy.roles.approver?.persons[0] ?? Object.keys(this.desk.rulebook.policy.persons)[0];
    return [...workspace.users.values()].find((user) => user.person === (person ?? fallback));
  }
}

/** Adds the incident where none is named, and the noun where only `pause` was said: what a person would type. */
export function spelled(text: string, incident: string): string {
  const words = text.split(/\s+/);
  const full = FORENSICS_WORDS.has((words[0] ?? '').toLowerCase()) ? `forensics ${text}` : text;
  if (/\b(?:IR-[A-Z2-7]{8}|i-[0-9a-f]{8,17})\b/i.test(full) || !ABOUT_AN_INCIDENT.test(full)) return full;
  const flag = full.search(/\s--/);
  return flag === -1 ? `${full} ${incident}` : `${full.slice(0, flag)} ${incident}${full.slice(flag)}`;
}
