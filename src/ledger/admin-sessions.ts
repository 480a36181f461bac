import type { AdminSessions } from '../usecases/sign-in';
import { toPrincipal } from './catalogue';
import type { OpenLedger } from './open';

/** Who is signed in to the admin pages. A revoked token ends its sessions, since each request looks at the token. */
export function createAdminSessions({ prisma }: OpenLedger): AdminSessions {
  return {
    async save({ id, secretHash, tokenId, now, expiresAt }) {
      await prisma.adminSession.deleteMany({ where: { expiresAt: { lte: new Date(now) } } });
      const dates = { createdAt: new Date(now), expiresAt: new Date(expiresAt) };
      await prisma.adminSession.create({ data: { id, secretHash, tokenId, ...dates } });
    },
    async find(secretHash, now) {
      const row = await prisma.adminSession.findUnique({ where: { secretHash }, include: { token: true } });
      if (row === null || row.expiresAt.getTime() <= now) return null;
      return toPrincipal(row.token);
    },
    async delete(secretHash) {
      await prisma.adminSession.deleteMany({ where: { secretHash } });
    },
  };
}
