import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MemberState } from '../../api/catalogue';
import { Section } from '../../components/section';

/** The teams that a member is in; what these hold stands among the reasons. */
export function MemberTeams({ member: { teams } }: { readonly member: MemberState }) {
  const { t } = useTranslation();
  if (teams.length === 0) return null;
  return (
    <Section title={t('member.teams')}>
      <ul className="plain">
        {teams.map(({ id, name }) => (
          <li key={id}>
            <Text size="sm">
              {name}{' '}
              <Text span size="xs" c="dimmed">
                {id}
              </Text>
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  );
}
