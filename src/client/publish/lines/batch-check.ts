/** Which messages of a batch their stream's schema refuses, just before they would leave. */
import { ClosedError, StreamSeaError } from '../../../errors';
import { storedMessage } from '../../../protocol/message/message';
import type { CheckMode } from '../../../protocol/schema/check';
import type { MessageCheck } from '../../http/message-check';
import type { Entry } from '../entry';
import { asError, verdictOn } from './verdict';

/** Where checks come from; `Schemas` is it. */
export interface Checks {
  load(stream: string, mode: CheckMode): Promise<MessageCheck>;
  /** The same, fetched anew. */
  reload(stream: string, mode: CheckMode): Promise<MessageCheck>;
}

/**
 * Checks what is still to be checked, and puts it as its schema wants it. None is refused by a schema that was fetched
 * before it was offered: what another client has defined since may allow it.
 *
 * @throws StreamSeaError when there may be a check later, and somebody waits for it.
 */
export async function refusedOf(
  stream: string,
  batch: readonly Entry[],
  checks: Checks,
): Promise<ReadonlyMap<Entry, StreamSeaError>> {
  const refused = new Map<Entry, StreamSeaError>();
  const load = (mode: CheckMode): Promise<MessageCheck> => checks.load(stream, mode);
  const reload = (mode: CheckMode): Promise<MessageCheck> => checks.reload(stream, mode);
  const doubtful = await checked(batch, load, refused);
  const wrong = await checked([...doubtful.keys()], reload, refused);
  return new Map([...refused, ...wrong]);
}

/** Those that do not pass, and why. @param unchecked gets those that there is nothing to check against. */
async function checked(
  batch: readonly Entry[],
  load: (mode: CheckMode) => Promise<MessageCheck>,
  unchecked: Map<Entry, StreamSeaError>,
): Promise<ReadonlyMap<Entry, StreamSeaError>> {
  const modes = [...new Set(batch.flatMap(({ check }) => check ?? []))];
  const loaded = await Promise.all(modes.map((mode) => load(mode).catch(asError)));
  const later = loaded.find((each) => each instanceof StreamSeaError && verdictOn(each, 1) === 'again');
  const waits = later instanceof ClosedError || batch.some(({ patient }) => patient);
  if (later instanceof StreamSeaError && waits) throw later;
  const wrong = new Map<Entry, StreamSeaError>();
  for (const entry of batch) {
    const check = entry.check === undefined ? undefined : loaded[modes.indexOf(entry.check)];
    if (check instanceof StreamSeaError) unchecked.set(entry, check);
    else if (check !== undefined) {
      try {
        entry.text = check.pass(storedMessage(entry.text, entry.instants)).text;
        entry.check = undefined;
      } catch (thrown) {
        wrong.set(entry, asError(thrown));
      }
    }
  }
  return wrong;
}
