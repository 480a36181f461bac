import { Alert, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Time } from './time';

export interface ShownProblem {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly since?: string | null;
  readonly count?: number;
}

/** The API's texts of a problem, in the page's language where there is a translation of its code. */
export function useProblemTexts(): (problem: ShownProblem) => { readonly message: string; readonly remedy: string } {
  const { t, i18n } = useTranslation();
  return (problem) => {
    if (i18n.language === 'en') return problem;
    const key = `problem.${problem.code}`;
    return {
      message: t(`${key}.message`, { defaultValue: problem.message }),
      remedy: t(`${key}.remedy`, { defaultValue: problem.remedy }),
    };
  };
}

interface Props {
  readonly problems: readonly ShownProblem[];
  readonly zone?: string | null | undefined;
  /** Links or buttons that mend a problem. */
  readonly action?: (problem: ShownProblem) => ReactNode;
}

/** What is wrong, what to do about it, and since when. */
export function ProblemList({ problems, zone, action }: Props) {
  const { t } = useTranslation();
  const texts = useProblemTexts();
  return (
    <Stack gap="sm">
      {problems.map((problem) => {
        const { message, remedy } = texts(problem);
        return (
          <Alert key={problem.code} color="yellow" icon={<IconAlertTriangle aria-hidden />} className="problem">
            <Group justify="space-between" gap="sm" align="flex-start">
              <div className="problem-text">
                <Text size="sm" fw={600}>
                  {message}
                  {problem.count !== undefined && problem.count > 1 ? ` (${problem.count})` : ''}
                </Text>
                <Text size="sm">{remedy}</Text>
                {problem.since !== undefined && problem.since !== null && (
                  <Text size="xs">
                    {t('problem.since')} <Time at={problem.since} zone={zone} />
                  </Text>
                )}
              </div>
              {action?.(problem)}
            </Group>
          </Alert>
        );
      })}
    </Stack>
  );
}
