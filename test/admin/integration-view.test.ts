import {
  checkDisconnectForm,
  checkIntegrationForm,
  describeClock,
  describeIntegration,
  EMPTY_INTEGRATION_FORM,
  listDisconnectChoices,
  listRights,
} from '../../src/admin/pages/integrations/integration-view';

const NOW = new Date('2026-11-25T09:00:00Z');

describe('how an integration is told', () => {
  it.each([
    ['connected', 'ok', 'enforce', 'integration.state.connected', false],
    ['connected', 'ok', 'observe', 'integration.state.observing', false],
    ['connected', 'key_invalid', 'observe', 'integration.state.key_invalid', true],
    ['connected', 'unavailable', 'enforce', 'integration.state.unavailable', true],
    ['disconnecting', 'key_invalid', 'enforce', 'integration.state.disconnecting', false],
    ['disconnected', 'key_invalid', 'enforce', 'integration.state.disconnected', true],
  ] as const)('says of a %s one with health %s in mode %s: %s', (status, health, mode, text, hasRemedy) => {
    const described = describeIntegration({ status, health, mode });
    expect(described.text).toBe(text);
    expect(described.remedy !== null).toBe(hasRemedy);
  });

  it.each([
    [0, true, 'same', 0],
    [49, true, 'same', 0],
    [2_000, true, 'ahead', 2],
    [-1_950, true, 'behind', 2],
    [-2_001, false, 'behind', 2],
    [5_240, false, 'ahead', 5.2],
  ])('tells a clock that is %d ms off', (offsetMs, isOk, direction, seconds) => {
    expect(describeClock(offsetMs)).toEqual({ isOk, direction, seconds });
  });

  it('shows a row for each right, also for those the test did not come to', () => {
    const rights = listRights({
      rights: [
        { right: 'see_places', ok: true, message: null },
        { right: 'see_doors', ok: false, message: 'Kisi answered 403.' },
      ],
    });
    expect(rights.map(({ right, result }) => `${right} ${result}`)).toEqual([
      'see_organization not_tried',
      'see_places ok',
      'see_doors missing',
      'see_groups not_tried',
      'see_users not_tried',
      'see_assignments not_tried',
    ]);
  });
});

describe('ending a connection', () => {
  it('offers the write-off last, and alone when Kisi refuses the key', () => {
    const possible = (health: 'ok' | 'unavailable' | 'key_invalid') =>
      listDisconnectChoices({ health })
        .filter((choice) => choice.isPossible)
        .map((choice) => choice.mode);
    expect(possible('ok')).toEqual(['revoke', 'expire', 'write_off']);
    expect(possible('unavailable')).toEqual(['revoke', 'expire', 'write_off']);
    expect(possible('key_invalid')).toEqual(['write_off']);
  });

  const form = { mode: 'revoke', until: '', reason: '', typedName: '' } as const;

  it('asks nothing more before revoking', () => {
    expect(checkDisconnectForm(form, 'London', NOW)).toEqual({});
  });

  it.each(['', 'nonsense', '2026-11-25T08:00:00Z', '2026-11-25T09:00:00Z'])(
    'does not let access expire at "%s"',
    (until) => {
      expect(checkDisconnectForm({ ...form, mode: 'expire', until }, 'London', NOW)).toEqual({
        until: 'disconnect.error.until',
      });
    },
  );

  it('wants a reason and the name of the integration before writing access off', () => {
    const writeOff = { ...form, mode: 'write_off' } as const;
    expect(Object.keys(checkDisconnectForm(writeOff, 'London', NOW))).toEqual(['reason', 'typedName']);
    expect(Object.keys(checkDisconnectForm({ ...writeOff, reason: '  ', typedName: 'london' }, 'London', NOW))).toEqual(
      ['reason', 'typedName'],
    );
    expect(checkDisconnectForm({ ...writeOff, reason: 'Site sold', typedName: 'London ' }, 'London', NOW)).toEqual({});
  });
});

describe('the form of an integration', () => {
  const complete = { ...EMPTY_INTEGRATION_FORM, name: 'London', locationIds: ['london'], apiKey: 'a-key-of-kisi' };

  it('names every field that is missing', () => {
    expect(Object.keys(checkIntegrationForm(EMPTY_INTEGRATION_FORM, true))).toEqual(['name', 'locationIds', 'apiKey']);
  });

  it('needs no key where one is stored', () => {
    expect(checkIntegrationForm({ ...complete, apiKey: ' ' }, false)).toEqual({});
    expect(checkIntegrationForm({ ...complete, apiKey: ' ' }, true)).toEqual({ apiKey: 'integration.error.keyNeeded' });
  });

  it('takes a key that was pasted with blanks around it, and no other text', () => {
    expect(checkIntegrationForm({ ...complete, apiKey: ' a-key-of-kisi\n' }, true)).toEqual({});
    expect(checkIntegrationForm({ ...complete, apiKey: 'two words here' }, true)).toEqual({
      apiKey: 'integration.error.keyShape',
    });
  });

  it.each(['ftp://kisi.example', 'kisi.example', 'javascript:alert(1)'])('refuses %s as an address', (baseUrl) => {
    expect(checkIntegrationForm({ ...complete, baseUrl }, true)).toEqual({ baseUrl: 'integration.error.baseUrl' });
  });
});
