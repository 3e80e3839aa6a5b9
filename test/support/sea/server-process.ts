/** An embedded server with a store, in a process of its own that a test can kill. Says its port. Argument: folder. */
import { startServer } from '../../../src/server/server';

const [, , folder = ''] = process.argv;

startServer({
  jail: { jailId: 'works', clientId: 'gauge', clientSecret: 'gauge-secret' },
  store: { folder },
}).then(
  ({ url }) => console.log(url),
  (error) => {
    throw error;
  },
);
