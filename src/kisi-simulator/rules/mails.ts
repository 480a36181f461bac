import type { Simulator } from '../simulator';
import type { MailRow, UserRow } from '../store/rows';

/** Puts into the outbox what Kisi would have sent. */
export function sendMail({ store, clock }: Simulator, kind: MailRow['kind'], to: string, text: string): void {
  store.mails.put({ id: store.mails.nextId(), kind, to, sentAt: clock.now(), text });
}

/** Kisi API, role assignments: `notify` mails the user. Managed users get nothing, unless the switch says so. */
export function notifyOfAccess(simulator: Simulator, user: UserRow | undefined, groupName: string): void {
  if (user === undefined) return;
  if (user.managed && simulator.switches.values.managed_user_notify === 'no_mail') return;
  sendMail(simulator, 'access', user.email, `You now have access to ${groupName}.`);
}
