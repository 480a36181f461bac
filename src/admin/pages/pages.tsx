import { Center, Loader } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Switch } from 'wouter';
import { NotFound } from './not-found';

const Overview = lazy(() => import('./overview/overview'));
const Bookings = lazy(() => import('./bookings/bookings'));
const Booking = lazy(() => import('./bookings/booking'));
const Members = lazy(() => import('./members/members'));
const Member = lazy(() => import('./members/member'));
const Resources = lazy(() => import('./catalogue/resources'));
const Plans = lazy(() => import('./catalogue/plans'));
const Locations = lazy(() => import('./settings/locations'));
const Tokens = lazy(() => import('./settings/tokens'));
const Organization = lazy(() => import('./settings/organization'));
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
        <Route path="/bookings" component={Bookings} />
        <Route path="/bookings/booking" component={Booking} />
        <Route path="/members" component={Members} />
        <Route path="/members/member" component={Member} />
        <Route path="/resources" component={Resources} />
        <Route path="/plans" component={Plans} />
        <Route path="/settings/locations" component={Locations} />
        <Route path="/settings/api-tokens" component={Tokens} />
        <Route path="/settings/organization" component={Organization} />
        <Route path="/resources/access-control-door-mappings/*?" component={DoorMappings} />
        <Route path="/settings/integrations/*?" component={Integrations} />
        <Route component={NotFound} />
      </Switch>
    </Suspense>
  );
}
