/** The bot's token in the Slack secret. @throws one sentence when it is not there */
export function botTokenOf(secret: string): string {
  const { botToken }: { botToken?: unknown } = JSON.parse(secret);
  if (typeof botToken !== 'string') throw new Error('The Slack secret has no botToken: put one there.');
  return botToken;
}
