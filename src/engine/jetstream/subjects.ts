/** What jails, streams and groups are called in NATS, where a name may hold little more than letters and digits. */

import { createHash } from 'node:crypto';
import type { LogId } from '../log';

/** Beyond it a name is told by its hash alone: names of files, and lines of the protocol, are bounded. */
const LONGEST_TOKEN = 100;

export class Subjects {
  /** Of all names, so that several seas may share one NATS. */
  readonly #prefix: string;

  /** @param prefix letters, digits and hyphens */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** The JetStream stream of a jail. */
  streamOf(jail: string): string {
    return `${this.#prefix}_${tokenOf(jail)}`;
  }

  /** Whatever is published in a jail. */
  allOf(jail: string): string {
    return `${this.#prefix}.log.${tokenOf(jail)}.*`;
  }

  subjectOf({ jail, stream }: LogId): string {
    return `${this.#prefix}.log.${tokenOf(jail)}.${tokenOf(stream)}`;
  }

  /** One of the jail's that belongs to no log. */
  untouchedOf(jail: string): string {
    return `${this.#prefix}.log.${tokenOf(jail)}.${NO_TOKEN}`;
  }

  /** The durable consumer of a lasting group; its first part is the group's alone. */
  durableOf(group: string, stream: string): string {
    return `${this.durablePrefixOf(group)}${hashOf(stream)}`;
  }

  durablePrefixOf(group: string): string {
    return `g_${hashOf(group)}_`;
  }

  /** Answered by whoever reads a consumer now. */
  readersOf(jail: string, consumer: string): string {
    return `${this.#prefix}.read.${tokenOf(jail)}.${consumer}`;
  }

  /** Where those who serve a passing group find each other. */
  sharersOf({ jail, stream }: LogId, group: string): string {
    return `${this.#prefix}.share.${tokenOf(jail)}.${hashOf(stream)}.${hashOf(group)}`;
  }

  /** Which consumer they share. */
  choiceOf({ jail, stream }: LogId, group: string): string {
    return `${this.#prefix}.choice.${tokenOf(jail)}.${hashOf(stream)}.${hashOf(group)}`;
  }

  get allChoices(): string {
    return `${this.#prefix}.choice.>`;
  }

  /** The stream of such choices; no jail's can be called so. */
  get choices(): string {
    return `${this.#prefix}-choices`;
  }

  /** What all engines are told. */
  get news(): string {
    return `${this.#prefix}.news`;
  }

  get bucket(): string {
    return `${this.#prefix}-catalogue`;
  }
}

/** Of nothing. */
export const NO_TOKEN = '_x';

/** Different for different texts, and readable for most: what is no letter or digit becomes its code. */
export function tokenOf(text: string): string {
  // By UTF-16 units, of which a text may hold half a pair.
  const token = text.replace(
    /[^A-Za-z0-9-]/g,
    (unit) => `_${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (token === '') return '_';
  return token.length > LONGEST_TOKEN ? `_h${hashOf(text)}` : token;
}

/** As good as unique, and short. */
function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf16le').digest('hex').slice(0, 32);
}
