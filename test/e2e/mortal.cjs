// Ends this process the moment that its n-th call is answered: the call was made, and nothing came of the answer.
const { ClientRequest } = require('node:http');

const { emit } = ClientRequest.prototype;
let answers = 0;
ClientRequest.prototype.emit = function (name, ...values) {
  if (name === 'response') answers += 1;
  if (name === 'response' && answers === Number(process.env.PERIMETER_MORTAL)) process.kill(process.pid, 'SIGKILL');
  return emit.call(this, name, ...values);
};
