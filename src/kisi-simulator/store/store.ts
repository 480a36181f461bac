import * as rows from './rows';
import { Table, type Change } from './table';

/** Whatever the journal can hold: changes of tables, of settings, and "everything starts again". */
export type StoreChange = Change | readonly ['setting', string, unknown] | readonly ['clear'];

type AnyTable = Pick<Table<{ id: number }>, 'restore' | 'remove' | 'raiseLastId' | 'clear' | 'lastId' | 'name' | 'all'>;

/** Kisi's key for "whom" and "on what": `User:5`, `Group:7`. Ids of different types may be equal. */
export const keyOf = (type: string, id: number): string => `${type}:${id}`;

/**
 * Everything the simulated Kisi knows, in memory, with indexes.
 *
 * Changes are gathered and handed to `flush` in one piece when the caller commits, so a request is in the journal as a whole or
 * not at all.
 */
export class Store {
  private pending: StoreChange[] = [];
  private readonly report = (change: StoreChange): void => {
    this.pending.push(change);
  };

  readonly organizations = new Table('organizations', rows.organizationRow, {}, this.report);
  readonly places = new Table('places', rows.placeRow, {}, this.report);
  readonly floors = new Table('floors', rows.floorRow, { place: (row) => String(row.placeId) }, this.report);
  readonly locks = new Table('locks', rows.lockRow, { place: (row) => String(row.placeId) }, this.report);
  readonly groups = new Table('groups', rows.groupRow, { name: (row) => row.name }, this.report);
  readonly groupLocks = new Table(
    'groupLocks',
    rows.groupLockRow,
    {
      group: (row) => String(row.groupId),
      lock: (row) => String(row.lockId),
      pair: (row) => `${row.groupId}|${row.lockId}`,
    },
    this.report,
  );
  readonly schedules = new Table('schedules', rows.scheduleRow, { group: (row) => String(row.groupId) }, this.report);
  readonly users = new Table('users', rows.userRow, { email: (row) => row.email.toLowerCase() }, this.report);
  readonly logins = new Table(
    'logins',
    rows.loginRow,
    { secret: (row) => row.secret, user: (row) => String(row.userId) },
    this.report,
  );
  readonly guests = new Table('guests', rows.guestRow, {}, this.report);
  readonly roleAssignments = new Table(
    'roleAssignments',
    rows.roleAssignmentRow,
    {
      assignee: (row) => keyOf(row.assigneeType, row.assigneeId),
      target: (row) => keyOf(row.targetType, row.targetId),
      pair: (row) => `${keyOf(row.assigneeType, row.assigneeId)}|${keyOf(row.targetType, row.targetId)}`,
      targetUsers: (row) => (row.assigneeType === 'User' ? keyOf(row.targetType, row.targetId) : null),
    },
    this.report,
  );
  readonly groupLinks = new Table(
    'groupLinks',
    rows.groupLinkRow,
    { group: (row) => String(row.groupId), secret: (row) => row.secret },
    this.report,
  );
  readonly integrations = new Table('integrations', rows.integrationRow, {}, this.report);
  readonly events = new Table('events', rows.eventRow, {}, this.report);
  readonly eventSets = new Table('eventSets', rows.eventSetRow, {}, this.report);
  readonly mails = new Table('mails', rows.mailRow, {}, this.report);
  readonly history = new Table('history', rows.historyRow, {}, this.report);

  private readonly settings = new Map<string, unknown>();

  /** @param flush gets the changes of one commit, synchronously; what it cannot keep must throw */
  constructor(private readonly flush: (changes: readonly StoreChange[]) => void = () => undefined) {}

  commit(): void {
    if (this.pending.length === 0) return;
    const changes = this.pending;
    this.pending = [];
    this.flush(changes);
  }

  setting(key: string): unknown {
    return this.settings.get(key);
  }

  saveSetting(key: string, value: unknown): void {
    this.settings.set(key, value);
    this.pending.push(['setting', key, value]);
  }

  /** Forgets everything, ids and settings too. */
  clear(): void {
    for (const table of this.tables()) table.clear();
    this.settings.clear();
    this.pending.push(['clear']);
  }

  /** Does again what a journal says. @throws ZodError when a row does not fit */
  replay(change: StoreChange): void {
    if (change[0] === 'clear') {
      for (const table of this.tables()) table.clear();
      this.settings.clear();
      return;
    }
    if (change[0] === 'setting') {
      this.settings.set(change[1], change[2]);
      return;
    }
    const table = this.tables().find((one) => one.name === change[1]);
    if (table === undefined) return;
    if (change[0] === 'put') table.restore(change[2]);
    else if (change[0] === 'delete') table.remove(change[2]);
    else table.raiseLastId(change[2]);
  }

  /** The shortest list of changes that leads to this state. */
  *dump(): Generator<StoreChange> {
    for (const [key, value] of this.settings) yield ['setting', key, value];
    for (const table of this.tables()) {
      for (const row of table.all()) yield ['put', table.name, row];
      yield ['last_id', table.name, table.lastId];
    }
  }

  private tables(): AnyTable[] {
    return [
      this.organizations,
      this.places,
      this.floors,
      this.locks,
      this.groups,
      this.groupLocks,
      this.schedules,
      this.users,
      this.logins,
      this.guests,
      this.roleAssignments,
      this.groupLinks,
      this.integrations,
      this.events,
      this.eventSets,
      this.mails,
      this.history,
    ];
  }
}
