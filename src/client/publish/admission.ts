/** What is accepted, and as what: JSON, made once, checked where its schema is at hand. */
import type { StreamSeaError } from '../../errors';
import { toMessage, toText } from '../../protocol/message/message';
import { Writer } from '../../protocol/message/writer';
import { aborted, type GivenUp, isLimited } from '../common/call';
import type { Clock } from '../common/clock';
import type { Schemas } from '../http/schemas';
import type { Entry, Publication, PublishOptions } from './entry';
import { Impatient } from './impatient';

export interface AdmissionOptions {
  readonly clock: Clock;
  readonly schemas: Pick<Schemas, 'fit'>;
  /** False: what is offered has one attempt. What was left by an earlier client is tried as long as it takes. */
  readonly retry: boolean;
  /** Why nothing is accepted now, if so. */
  refusal(): StreamSeaError | undefined;
  /** For one more. @throws QueueFullError */
  makeRoom(): void;
  /** Whoever waits for an entry's end has given it up. */
  givenUp(entry: Entry, why: GivenUp): void;
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #writer = new Writer();

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** @throws StreamSeaError for what is refused at once. */
  admit(stream: string, message: unknown, options: PublishOptions, waiting: Publication): Entry {
    const { clock, retry, schemas } = this.#options;
    const refused = this.#options.refusal();
    if (refused !== undefined) throw refused;
    const mode = options.check === 'off' ? undefined : options.check;
    let check = mode;
    let instants: Entry['instants'];
    let text: string;
    // Made now: the flow may change the object while it waits.
    if (mode === undefined) {
      text = toText(message, this.#writer);
    } else {
      const made = toMessage(message);
      const fit = schemas.fit(stream, mode, made);
      if (fit !== undefined) check = undefined;
      ({ text, instants } = fit ?? made);
    }
    this.#options.makeRoom();
    // By a getter of the message, or by whoever was told of the one that went for it: no signal tells that a second time.
    if (options.signal?.aborted) throw aborted(options.signal, false);
    // Most are not limited, and are not to cost anything.
    const impatient = isLimited(options)
      ? new Impatient(waiting, clock, options, this.#options.givenUp)
      : undefined;
    const entry: Entry = {
      stream,
      text,
      instants,
      batch: options.batch ?? true,
      check,
      checked: mode !== undefined,
      patient: retry,
      since: clock.recently?.() ?? clock.elapsed(),
      at: undefined,
      stage: 'ready',
      key: 0,
      publication: impatient ?? waiting,
    };
    if (impatient !== undefined) impatient.entry = entry;
    return entry;
  }
}
