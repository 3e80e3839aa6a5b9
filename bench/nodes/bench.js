/** The two ends of the bench's flows, and nodes that do nothing, or just enough. What they do is told to them by subjects/node-red.mjs, in the same process. */

module.exports = (RED) => {
  RED.nodes.registerType('bench-source', function Source(definition) {
    RED.nodes.createNode(this, definition);
    globalThis.bench.send = (message) => this.send(message);
  });

  RED.nodes.registerType('bench-nothing', function Nothing(definition) {
    RED.nodes.createNode(this, definition);
    this.on('input', (_message, _send, done) => done());
  });

  RED.nodes.registerType('bench-http', function Http(definition) {
    RED.nodes.createNode(this, definition);
    const ready = import('../lib/post.mjs').then(({ withNode }) => withNode(Number(definition.port), 1));
    let post = async (body) => (await ready)(body);
    ready.then((loaded) => {
      post = loaded;
    });
    this.on('input', ({ payload }, _send, done) => {
      post(JSON.stringify({ payload })).then(() => done(), done);
    });
  });

  // The least that batches: one request out, those that come meanwhile leave together; no error is survived.
  RED.nodes.registerType('bench-batch', function Batch(definition) {
    RED.nodes.createNode(this, definition);
    let gathered = [];
    let post;
    let free = false;
    import('../lib/post.mjs').then(({ withNode }) => {
      post = withNode(Number(definition.port), 1);
      free = true;
      pump();
    });
    const pump = () => {
      if (!free || gathered.length === 0) return;
      const batch = gathered;
      gathered = [];
      free = false;
      post(`{"payload":[${batch.map(({ text }) => text).join(',')}]}`).then(() => {
        for (const { done } of batch) done();
        setImmediate(() =>
          setImmediate(() => {
            free = true;
            pump();
          }),
        );
      });
    };
    this.on('input', ({ payload }, _send, done) => {
      gathered.push({ text: JSON.stringify(payload), done });
      pump();
    });
  });

  // The least that batches: one request out, those that come meanwhile leave together; no error is survived.
  RED.nodes.registerType('bench-batchu', function Batch(definition) {
    RED.nodes.createNode(this, definition);
    let gathered = [];
    let post;
    let free = false;
    import('../lib/post.mjs').then(({ withUndici }) => {
      post = withUndici(Number(definition.port), 1);
      free = true;
      pump();
    });
    const pump = () => {
      if (!free || gathered.length === 0) return;
      const batch = gathered;
      gathered = [];
      free = false;
      post(`{"payload":[${batch.map(({ text }) => text).join(',')}]}`).then(() => {
        for (const { done } of batch) done();
        setImmediate(() =>
          setImmediate(() => {
            free = true;
            pump();
          }),
        );
      });
    };
    this.on('input', ({ payload }, _send, done) => {
      gathered.push({ text: JSON.stringify(payload), done });
      pump();
    });
  });

  RED.nodes.registerType('bench-sink', function Sink(definition) {
    RED.nodes.createNode(this, definition);
    this.on('input', (message) => globalThis.bench.receive(message));
  });
};
