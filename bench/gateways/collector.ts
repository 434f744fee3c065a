/** Takes the traces that a gateway exports, and forgets them: `node collector.ts <port>`. */
import { createServer } from 'node:http';

createServer((request, response) => {
  request.resume().on('end', () => response.end());
}).listen(Number(process.argv[2]), '127.0.0.1');
