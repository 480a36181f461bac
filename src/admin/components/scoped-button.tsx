import { Button, Tooltip, type ButtonProps } from '@mantine/core';
import type { MouseEventHandler, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useMay } from '../shell/session';

interface Props extends ButtonProps {
  /** What the token must be allowed to do. */
  readonly needs: 'operate' | 'admin' | 'events';
  readonly onClick?: MouseEventHandler<HTMLElement>;
  readonly type?: 'button' | 'submit';
  /** Leads to a page instead. */
  readonly to?: string;
  readonly 'aria-label'?: string;
  readonly children: ReactNode;
}

const REASONS = {
  operate: 'scope.needsOperate',
  admin: 'scope.needsAdmin',
  events: 'scope.needsEvents',
} as const;

/**
 * A button for those whose token may do it. Others see it disabled; it stays reachable by keyboard, so that everyone can
 * learn why.
 */
export function ScopedButton({ needs, onClick, type = 'button', to, children, ...rest }: Props) {
  const { t } = useTranslation();
  const may = useMay();
  if (may[needs] && to !== undefined) {
    return (
      <Button {...rest} component={Link} href={to}>
        {children}
      </Button>
    );
  }
  if (may[needs]) {
    return (
      <Button {...rest} type={type} onClick={onClick}>
        {children}
      </Button>
    );
  }
  const reason = t(REASONS[needs]);
  return (
    <Tooltip label={reason} events={{ hover: true, focus: true, touch: true }} multiline maw={260}>
      <Button {...rest} type="button" data-disabled aria-disabled onClick={(event) => event.preventDefault()}>
        {children}
      </Button>
    </Tooltip>
  );
}
