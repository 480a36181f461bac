import { Anchor, Group, Stack, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { MemberState } from '../../api/catalogue';
import { Section } from '../../components/section';
import type { Person } from './state';

/** Whom Kisi knows under the member's address. */
export function MemberPersons({ member: { persons } }: { readonly member: MemberState }) {
  const { t } = useTranslation();
  return (
    <Section title={t('member.atKisi')}>
      {persons.length === 0 && <Text c="dimmed">{t('member.noPersons')}</Text>}
      <Stack component="ul" gap="sm" className="doors">
        {persons.map((person) => (
          <li key={person.id}>
            <PersonLine person={person} />
          </li>
        ))}
      </Stack>
    </Section>
  );
}

function PersonLine({ person }: { readonly person: Person }) {
  const { t } = useTranslation();
  const { integrationName, kisiUserId, isOurs, isCurrent, problems, workflow } = person;
  return (
    <Group justify="space-between" gap="xs" align="flex-start">
      <div className="problem-text">
        <Text fw={600} size="sm">
          {integrationName}
        </Text>
        <Text size="sm">
          {kisiUserId === null
            ? t('member.notInvited')
            : t(isOurs ? 'member.userOurs' : 'member.userNotOurs', { id: kisiUserId })}
        </Text>
        {!isCurrent && <Text size="sm">{t('member.formerAddress')}</Text>}
        {problems.map((code) => (
          <Text key={code} size="sm">
            {t(`problem.${code}.message`)}
          </Text>
        ))}
      </div>
      {workflow.url !== null && (
        <Anchor href={workflow.url} target="_blank" rel="noreferrer" size="xs">
          {t('booking.workflow')} <IconExternalLink size={12} aria-hidden />
        </Anchor>
      )}
    </Group>
  );
}
