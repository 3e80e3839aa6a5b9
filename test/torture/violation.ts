/** A broken promise, by the name of the invariant that says so. */

export const INVARIANTS = {
  once: 'a message ends exactly once, and never before the call that offered it has returned',
  accepted: 'done without an error means that the server has accepted that text, for that stream and target',
  reason: 'an error is one that what happened gives a reason for, and blames no innocent message',
  ended: 'a message that has ended is not sent again',
  kept: 'what is said to be kept on disk is on disk, and a later client of that target sends it',
  order: 'first acceptances of a stream come in the order in which the messages were offered',
  flight: 'one request of a stream is under way at a time',
  target: 'a message goes to the target that it was offered for, and to no other',
  silent: 'each message is accepted, or has ended with an error, or waits and is counted',
  told: 'that nothing is accepted is told, with the reason and the next try',
  bounded: 'no more waits than the limit, whatever comes',
  rest: 'while credentials rest, nothing is asked and nobody authenticates',
  quiet: 'a client that is closed has no timer and no socket left, and was closed within 2 s',
  receivers: 'what waited leaves once the own subscriptions were answered, or after 10 s',
  age: 'what is older than the maximum age ends with an error and is not sent',
  purge: 'what is purged ends with an error, is not sent and is not on disk',
  alive: 'once everything is well again, everything waiting is accepted',
  calm: 'a client comes to rest; it does not spin',
  handled: 'no promise rejects that nobody looks at',
  lost: 'a subscriber gets each message that the server gave to its group, while no connection broke',
  doubled: 'no subscriber gets a message twice',
  status: 'a subscription says of itself what the server answered',
  sockets: 'there is one connection, and two only during an exchange',
} as const;

export type Invariant = keyof typeof INVARIANTS;

export class Violation extends Error {
  readonly invariant: Invariant;

  constructor(invariant: Invariant, what: string) {
    super(`${invariant}: ${what}`);
    this.invariant = invariant;
  }
}
