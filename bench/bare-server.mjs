// Answers everything with the same text of so many bytes: `node bare-server.mjs BYTES`. Ends with its standard input.
import { createServer } from 'node:http';

const body = 'x'.repeat(Number(process.argv[2]));
const headers = { 'content-type': 'application/json', 'content-length': body.length };
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, headers).end(body);
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ endpoint: `http://127.0.0.1:${server.address().port}` }));
});
process.stdin.on('end', () => process.exit()).resume();
