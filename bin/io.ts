/** What a command may say and where; an argument, so that tests read it. */
export interface CommandIo {
  stdout(text: string): void;
  /** Progress and refusals. */
  stderr(text: string): void;
  readonly stderrIsTerminal: boolean;
  readonly cwd: string;
}

export function processIo(): CommandIo {
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    stderrIsTerminal: process.stderr.isTTY === true,
    cwd: process.cwd(),
  };
}
