/** What Slack says an account is. Only a `member` may do anything here, whatever policy.yaml says of its id. */
export type Standing = 'member' | 'guest' | 'stranger' | 'deactivated' | 'bot';

/** Slack's own list of people. Every call may throw Transient; whoever asks then decides as if the answer were no. */
export interface Directory {
  /** reads: `team` is the workspace we belong to. */
  standing(user: string, team: string): Promise<Standing>;
  /** reads: Slack user ids of a user group (`S…`). */
  groupMembers(group: string): Promise<readonly string[]>;
}
