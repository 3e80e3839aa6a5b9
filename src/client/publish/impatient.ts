/** A publication that somebody waits for no longer than said. */
import type { StreamSeaError } from '../../errors';
import { type CallOptions, type GivenUp, Patience } from '../common/call';
import type { Clock } from '../common/clock';
import type { Entry, Publication } from './entry';

export class Impatient implements Publication {
  /** Its message, once that has been accepted. */
  entry: Entry | undefined;
  readonly #publication: Publication;
  readonly #patience: Patience;

  constructor(
    publication: Publication,
    clock: Clock,
    options: CallOptions,
    over: (entry: Entry, why: GivenUp) => void,
  ) {
    this.#publication = publication;
    this.#patience = new Patience(clock, options, (why) => {
      if (this.entry !== undefined) over(this.entry, why);
    });
  }

  ended(error?: StreamSeaError): void {
    this.#patience.end();
    this.#publication.ended(error);
  }
}
