/** Frames that are of no use: ignored, as the real clients do, and told of once of each kind. */

import { ProtocolError, reasonOf, StreamSeaError } from '../../errors';
import { parseServerFrame } from '../../protocol/frames';
import { inEnglish, say, type Words } from '../../sentences';
import type { Secrets } from '../identity/secrets';

export interface IgnoredFramesOptions {
  readonly where: string;
  readonly secrets: Secrets;
  problem(error: ProtocolError): void;
}

export class IgnoredFrames {
  readonly #options: IgnoredFramesOptions;
  readonly #kinds = new Set<string>();
  #unsaid: Words | undefined;

  constructor(options: IgnoredFramesOptions) {
    this.#options = options;
  }

  /** What was wrong with the first frame that is not told of yet. */
  get unsaid(): Words | undefined {
    return this.#unsaid;
  }

  /**
   * @param thrown what is wrong with it.
   * @param text the frame's.
   * @param later it might have been an answer that is still to come, and whoever waits for that in vain tells of it.
   */
  add(thrown: unknown, text: string | undefined, later: boolean): void {
    const kind = kindOf(thrown);
    if (this.#kinds.has(kind)) return;
    this.#kinds.add(kind);
    const { secrets } = this.#options;
    const reason = secrets.fitToTell(reasonOf((text && secrets.thrownBy(parseServerFrame, text)) || thrown));
    if (later) this.#unsaid ??= reason;
    else this.#tell(reason);
  }

  /** The answer has come after all. */
  tellUnsaid(): void {
    if (this.#unsaid !== undefined) this.#tell(this.#unsaid);
  }

  #tell(reason: Words): void {
    const { where, problem } = this.#options;
    problem(new ProtocolError(say('protocol.ignored', { where, reason })));
  }
}

/** What was wrong, and with which property: there are not many of these. */
function kindOf(thrown: unknown): string {
  if (!(thrown instanceof StreamSeaError) || thrown.sentence === undefined) return '';
  const { key, values } = thrown.sentence;
  return `${key} ${inEnglish(values.place ?? '')}`;
}
