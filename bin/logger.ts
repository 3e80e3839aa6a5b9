/**
 * The log: one JSON object a line, for whatever collects it. Ours rather than a library's, as it would come into every
 * Node-RED that has the nodes, for a program that most of them never run.
 */

export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export type Level = (typeof LEVELS)[number];

export type LogFields = Readonly<Record<string, unknown>>;

export interface LoggerParts {
  /** The least level that is written. */
  readonly level: Level;
  /** Gets one line, with its end. */
  readonly write: (line: string) => void;
  readonly now?: () => number;
}

export class Logger {
  readonly #parts: LoggerParts;
  readonly #secrets = new Set<string>();

  constructor(parts: LoggerParts) {
    this.#parts = parts;
  }

  /** A text that no line may hold from now on, wherever it comes from: a fault's text may quote an address. */
  hide(secret: string): void {
    if (secret !== '') this.#secrets.add(secret);
  }

  debug(message: string, fields?: LogFields): void {
    this.#log('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#log('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#log('warn', message, fields);
  }

  /** @param error what was thrown; its text, stack and causes are told. */
  error(message: string, error?: unknown, fields?: LogFields): void {
    this.#log('error', message, error === undefined ? fields : { ...fields, error });
  }

  /** Written whatever the level: others wait for this line. */
  always(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  /** The text without what is to be hidden. */
  redact(text: string): string {
    let redacted = text;
    for (const secret of this.#secrets) redacted = redacted.replaceAll(secret, '***');
    return redacted;
  }

  #log(level: Level, message: string, fields?: LogFields): void {
    if (LEVELS.indexOf(level) >= LEVELS.indexOf(this.#parts.level)) this.#write(level, message, fields);
  }

  #write(level: Level, message: string, fields: LogFields = {}): void {
    const { now = Date.now, write } = this.#parts;
    const line = JSON.stringify(
      { time: new Date(now()).toISOString(), level, message, ...fields },
      (_key, value: unknown) => {
        if (typeof value === 'string') return this.redact(value);
        return value instanceof Error ? plainError(value) : value;
      },
    );
    write(`${line}\n`);
  }
}

const MAX_CAUSES = 5;

function plainError(error: Error, depth = 0): object {
  const { name, message, stack, cause } = error;
  const { code } = error as NodeJS.ErrnoException;
  return {
    name,
    message,
    ...(code !== undefined && { code }),
    // One of ours says what it is; one of another's is looked for in the code.
    ...(stack !== undefined && { stack }),
    ...(cause instanceof Error && depth < MAX_CAUSES && { cause: plainError(cause, depth + 1) }),
  };
}
