/** Stats of a server, each of them another number. */

export const STATS = {
  connections: 1,
  streams: 2,
  subscriptions: 3,
  retained: 4,
  published: 5,
  delivered: 6,
  dropped: 7,
  forgotten: 10,
};
