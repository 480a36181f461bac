import { useTranslation } from 'react-i18next';
import type { Overview } from '../../api/catalogue';
import { MAPPINGS } from '../../components/door-count';
import { useProblemTexts } from '../../components/problem-list';

/** Something that needs attention: what it is, what to do, and where. */
export interface Issue {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly to: string;
}

/** More than this apart, doors would open too early or too late. */
const CLOCK_APART_MS = 2_000;

/** What needs attention, the worst first: connections, then bookings, then the catalogue. */
export function useIssues({ integrations, problems, resources, mappings }: Overview): readonly Issue[] {
  const { t } = useTranslation();
  const texts = useProblemTexts();
  const ofIntegrations = integrations.flatMap((one): Issue[] => {
    const { id, name } = one;
    const to = `/settings/integrations/${encodeURIComponent(id)}`;
    if (one.status !== 'connected') {
      const title = t('overview.issue.disconnected', { name });
      return [{ id: `${id} disconnected`, title, text: t('overview.issue.disconnectedText'), to }];
    }
    const issues: Issue[] = [];
    const add = (what: string, title: string, text: string): void =>
      void issues.push({ id: `${id} ${what}`, title, text, to });
    if (one.health === 'key_invalid') {
      add('key', t('overview.issue.keyInvalid', { name }), t('overview.issue.keyInvalidText'));
    }
    if (one.health === 'unavailable') {
      add('away', t('overview.issue.unavailable', { name }), t('overview.issue.unavailableText'));
    }
    if (one.doorsOffline > 0) {
      add('offline', t('overview.issue.offline', { count: one.doorsOffline, name }), t('overview.issue.offlineText'));
    }
    if (Math.abs(one.clockOffsetMs) > CLOCK_APART_MS) {
      const seconds = (Math.abs(one.clockOffsetMs) / 1_000).toFixed(1);
      add('clock', t('overview.issue.clock', { seconds }), t('overview.issue.clockText'));
    }
    return issues;
  });
  const ofBookings = problems.map((problem): Issue => {
    const { message, remedy } = texts(problem);
    const title = problem.count > 1 ? `${message} (${problem.count})` : message;
    return { id: problem.code, title, text: remedy, to: `/bookings?problem=${encodeURIComponent(problem.code)}` };
  });
  const ofCatalogue: Issue[] = [];
  if (mappings.notActive > 0) {
    const title = t('overview.issue.notActive', { count: mappings.notActive });
    ofCatalogue.push({ id: 'notActive', title, text: t('overview.issue.notActiveText'), to: MAPPINGS });
  }
  if (resources.unmapped > 0) {
    const title = t('overview.issue.unmapped', { count: resources.unmapped });
    ofCatalogue.push({ id: 'unmapped', title, text: t('overview.issue.unmappedText'), to: '/resources?mapped=false' });
  }
  return [...ofIntegrations, ...ofBookings, ...ofCatalogue];
}
