import type { FastifyReply } from 'fastify';

/** Says why a signed URL is not taken, and what to do about it. */
export function refuseUrl(reply: FastifyReply, refusal: 'forged' | 'expired'): FastifyReply {
  return refuse(
    reply,
    403,
    refusal === 'expired'
      ? 'This URL has ended: ask for another one.'
      : 'This URL was not signed here, or was changed: use it exactly as it was answered.',
  );
}

/** Answers as everything else does: JSON with a message that says what to do. */
export function refuse(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).type('application/json').send({ message });
}
