import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/**
 * Reads the client's address of an upgrade, which Fastify does not see: the last one in X-Forwarded-For that is not a
 * trusted proxy, where the connection itself comes from one.
 *
 * @param trustedProxies addresses or, with a prefix length, networks
 */
export function clientAddressReader(
  trustedProxies: readonly string[],
): (request: IncomingMessage) => string | undefined {
  const trusted = new BlockList();
  for (const proxy of trustedProxies) {
    const [address = '', prefix] = proxy.split('/');
    if (isIP(address) === 0) continue;
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return ({ socket, headers }) => {
    const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
    const hops = [...forwarded, socket.remoteAddress ?? '']
      .map((hop) => hop.trim())
      .filter((hop) => isIP(hop) !== 0);
    return hops.findLast((hop, index) => index === 0 || !isTrusted(hop));
  };
}
