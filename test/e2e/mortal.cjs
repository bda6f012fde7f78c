// Ends this process the moment that a connection breaks off, or, where there is no answer that could, that a call of this method is answered.
const { ClientRequest, IncomingMessage } = require('node:http');

for (const { prototype } of [ClientRequest, IncomingMessage]) {
  const { emit } = prototype;
  prototype.emit = function (name, ...values) {
    const isAnswered = name === 'response' && this.method === process.env.PERIMETER_MORTAL;
    if (name === 'error' || name === 'aborted' || isAnswered) process.kill(process.pid, 'SIGKILL');
    return emit.call(this, name, ...values);
  };
}
