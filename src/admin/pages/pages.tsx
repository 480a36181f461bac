import { Center, Loader } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Switch } from 'wouter';
import { NotFound } from './not-found';

const Overview = lazy(() => import('./overview/overview'));
const DoorMappings = lazy(() => import('./door-mappings/door-mappings-page'));
const Integrations = lazy(() => import('./integrations/integrations-page'));

/** The page of the address; each is loaded when it is first asked for. */
export function Pages() {
  const { t } = useTranslation();
  const waiting = (
    <Center mih="40vh">
      <Loader aria-label={t('list.loading')} />
    </Center>
  );
  return (
    <Suspense fallback={waiting}>
      <Switch>
        <Route path="/" component={Overview} />
        <Route path="/resources/access-control-door-mappings/*?" component={DoorMappings} />
        <Route path="/settings/integrations/*?" component={Integrations} />
        <Route component={NotFound} />
      </Switch>
    </Suspense>
  );
}
